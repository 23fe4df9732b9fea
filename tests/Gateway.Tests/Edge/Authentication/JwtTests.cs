using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Catalogue 9.1: which tokens open a route. The handler in the upstream's place must not see the others.</summary>
public sealed class JwtTests : IDisposable
{
    // It stands still: a token that is three seconds too old stays so, however late the test gets its turn.
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.UtcNow);

    private readonly TempFile _secret = new(TestKeys.Secret);
    private readonly TempFile _keySet = new(TestKeys.KeySet);

    public static TheoryData<string, string> WrongTokens => new()
    {
        { "no token after the scheme", "Bearer" },
        { "two segments", "Bearer a.b" },
        { "four segments", "Bearer a.b.c.d" },
        { "five segments", "Bearer a.b.c.d.e" },
        { "no base64", "Bearer !!!.???.###" },
        { "two tokens", "Bearer a.b.c d.e.f" },
        { "longer than 8 KiB", $"Bearer {new TestToken().With("pad", new string('x', 9000))}" },
        { "signature removed", $"Bearer {WithoutSignature(new TestToken())}" },
        { "one bit of the signature changed", $"Bearer {WithBitFlipped(new TestToken())}" },
        { "payload changed", $"Bearer {WithOtherPayload(new TestToken(), new TestToken().With("sub", "eve"))}" },
        { "another key", $"Bearer {new TestToken { Sign = content => HMACSHA256.HashData(new byte[32], content) }}" },
        { "alg none", $"Bearer {Unsigned("none")}" },
        { "alg None", $"Bearer {Unsigned("None")}" },
        { "alg nOnE", $"Bearer {Unsigned("nOnE")}" },
        { "alg none with a signature", $"Bearer {new TestToken { Header = """{"alg":"none"}""" }}" },
        { "no alg", $"Bearer {new TestToken { Header = """{"typ":"JWT"}""" }}" },
        { "alg is a number", $"Bearer {new TestToken { Header = """{"alg":256}""" }}" },
        { "another algorithm of the family",
            $"Bearer {new TestToken { Header = """{"alg":"HS384"}""", Sign = c => HMACSHA384.HashData(TestKeys.Secret, c) }}" },
        { "expired beyond the clock skew", $"Bearer {new TestToken().With("exp", Now(-6))}" },
        { "not valid yet", $"Bearer {new TestToken().With("nbf", Now(60))}" },
        { "exp as text", $"Bearer {new TestToken().With("exp", Now(600).ToString())}" },
        { "nbf as text", $"Bearer {new TestToken().With("nbf", Now(-600).ToString())}" },
        { "exp is an object", $"Bearer {new TestToken().With("exp", new { at = 1 })}" },
        { "exp out of any calendar", $"Bearer {new TestToken().With("exp", -1e300)}" },
        { "no exp", $"Bearer {new TestToken().With("exp", null)}" },
        { "another audience", $"Bearer {new TestToken().With("aud", "other")}" },
        { "audiences without ours", $"Bearer {new TestToken().With("aud", Many("x", "y"))}" },
        { "no audience", $"Bearer {new TestToken().With("aud", null)}" },
        { "another issuer", $"Bearer {new TestToken().With("iss", "https://evil.example")}" },
        { "issuer with a slash more", $"Bearer {new TestToken().With("iss", TestToken.Issuer + "/")}" },
        { "no issuer", $"Bearer {new TestToken().With("iss", null)}" },
        { "no subject", $"Bearer {new TestToken().With("sub", null)}" },
        { "empty subject", $"Bearer {new TestToken().With("sub", "")}" },
        { "subject is a number", $"Bearer {new TestToken().With("sub", 7)}" },
        { "line end in the subject", $"Bearer {new TestToken().With("sub", "ada\r\nX-Admin: 1")}" },
        { "space at the end of the subject", $"Bearer {new TestToken().With("sub", "ada ")}" },
        { "crit", $"Bearer {new TestToken { Header = """{"alg":"HS256","crit":["x"],"x":1}""" }}" },
        { "jku", $"Bearer {new TestToken { Header = """{"alg":"HS256","jku":"http://127.0.0.1:1/keys"}""" }}" },
        { "x5u", $"Bearer {new TestToken { Header = """{"alg":"HS256","x5u":"http://127.0.0.1:1/cert"}""" }}" },
        { "jwk", $"Bearer {new TestToken { Header = """{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""" }}" },
        { "payload is no object", $"Bearer {Raw("""{"alg":"HS256"}""", "[1]")}" },
        { "payload is no JSON", $"Bearer {Raw("""{"alg":"HS256"}""", "hello")}" },
        { "header is no JSON", $"Bearer {Raw("hello", "{}")}" },
    };

    public static TheoryData<string, string> RightTokens => new()
    {
        { "plain", $"{new TestToken()}" },
        { "audiences with ours", $"{new TestToken().With("aud", Many("x", TestToken.Audience))}" },
        { "expired within the clock skew", $"{new TestToken().With("exp", Now(-3))}" },
        { "fraction of a second in exp", $"{new TestToken().With("exp", Now(600) + 0.5)}" },
        { "key id that a file's key cannot have", $"{new TestToken { Header = """{"alg":"HS256","kid":"../../etc/passwd"}""" }}" },
    };

    [Theory]
    [MemberData(nameof(WrongTokens))]
    public async Task A_wrong_token_is_answered_401_and_comes_no_further(string why, string authorization)
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", "Accept: text/event-stream", $"Authorization: {authorization}");

        Assert.Equal((401, why), (answer.Status, why));
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Head.Value("WWW-Authenticate"));
        Assert.Equal("application/problem+json", answer.Head.Value("Content-Type"));
        Assert.Empty(host.Forwarded);
    }

    [Theory]
    [MemberData(nameof(RightTokens))]
    public async Task A_right_token_opens_the_route(string why, string token)
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {token}");

        Assert.Equal((200, why), (answer.Status, why));
        var request = Assert.Single(host.Forwarded);
        Assert.Equal("ada", request.Headers["Gateway-Subject"]);
        Assert.DoesNotContain("Authorization", request.Headers.Keys);
    }

    [Theory]
    [InlineData("Basic eA==")]
    [InlineData("Digest username=\"x\"")]
    [InlineData(null)]
    public async Task Without_a_token_the_challenge_names_no_error(string? authorization)
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", authorization is null ? [] : [$"Authorization: {authorization}"]);

        Assert.Equal(401, answer.Status);
        Assert.Equal("Bearer", answer.Head.Value("WWW-Authenticate"));
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task Two_authorization_fields_are_refused_although_one_of_them_is_right()
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {new TestToken()}", "Authorization: Bearer x");

        Assert.True(answer.Status is 400 or 401);
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task The_scheme_is_recognised_in_any_case()
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: bEARER {new TestToken()}");
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task All_wrong_tokens_get_the_same_answer()
    {
        await using var host = await StartAsync();
        var bodies = new HashSet<string>();
        foreach (
            var token in new[] { new TestToken().With("exp", Now(-100)), new TestToken().With("aud", "other"), new TestToken { Sign = _ => new byte[32] } })
        {
            using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {token}");
            bodies.Add(await answer.ReadTextAsync());
        }

        var body = Assert.Single(bodies);
        Assert.DoesNotContain("ada", body, StringComparison.Ordinal);
        Assert.DoesNotContain(TestToken.Audience, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_set_accepts_the_signatures_of_its_keys()
    {
        await using var host = await StartWithKeySetAsync();
        using var rs = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256()}");
        using var es = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Es256()}");
        Assert.Equal((200, 200), (rs.Status, es.Status));
    }

    [Fact]
    public async Task A_public_key_cannot_be_used_as_a_shared_secret()
    {
        await using var host = await StartWithKeySetAsync();
        foreach (
            var secret in new[] { TestKeys.Rsa.ExportSubjectPublicKeyInfo(), TestKeys.Rsa.ExportRSAPublicKey(), Encoding.ASCII.GetBytes(
            TestKeys.Rsa.ExportSubjectPublicKeyInfoPem()) })
        {
            var token = new TestToken { Header = """{"alg":"HS256","kid":"r1"}""", Sign = content => HMACSHA256.HashData(secret, content) };
            using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {token}");
            Assert.Equal(401, answer.Status);
        }

        Assert.Empty(host.Forwarded);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("../../etc/passwd")]
    [InlineData("e1")]
    public async Task A_key_id_that_does_not_fit_is_refused(string kid)
    {
        await using var host = await StartWithKeySetAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256(kid: kid)}");
        Assert.Equal(401, answer.Status);
    }

    [Fact]
    public async Task A_key_of_another_kind_than_the_algorithm_is_refused()
    {
        await using var host = await StartWithKeySetAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256(TestKeys.OtherRsa)}");
        Assert.Equal(401, answer.Status);
    }

    [Theory]
    [InlineData("scope", "chat.read chat.write", 200)]
    [InlineData("scp", "chat.read chat.write", 200)]
    [InlineData("scope", "chat.read", 403)]
    [InlineData("scope", "chat.readers chat.writers", 403)]
    [InlineData("role", "chat.read chat.write", 403)]
    public async Task A_route_may_need_scopes(string claim, string value, int expected)
    {
        await using var host = await StartAsync("Routes:a:Authentication:RequiredScopes=chat.read,chat.write");
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {new TestToken().With(claim, value)}");

        Assert.Equal(expected, answer.Status);
        Assert.Equal(expected == 200 ? 1 : 0, host.Forwarded.Count);
        if (expected == 403)
        {
            Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"chat.read chat.write\"", answer.Head.Value("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task Scopes_may_be_a_list()
    {
        await using var host = await StartAsync("Routes:a:Authentication:RequiredScopes=x,y");
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {new TestToken().With("scp", Many("y", "x"))}");
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task The_caller_is_known_with_the_end_of_the_token()
    {
        await using var host = await StartAsync();
        var exp = Now(77);
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {new TestToken().With("exp", exp)}");
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(exp), Assert.Single(host.Forwarded).Caller!.ExpiresAt);
    }

    [Fact]
    public async Task A_subject_reaches_the_upstream_as_utf8()
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {new TestToken().With("sub", "Žofie 🦊")}");
        Assert.Equal("Žofie 🦊", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Assert.Single(host.Forwarded).Headers["Gateway-Subject"])));
    }

    public void Dispose()
    {
        _secret.Dispose();
        _keySet.Dispose();
    }

    private static long Now(int seconds) => Clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

    private static string[] Many(params string[] values) => values;

    private static string WithoutSignature(TestToken token) => token.ToString()[..(token.ToString().LastIndexOf('.') + 1)];

    private static string WithBitFlipped(TestToken token)
    {
        var text = token.ToString();
        var signature = Base64UrlEncoder.DecodeBytes(text[(text.LastIndexOf('.') + 1)..]);
        signature[7] ^= 4;
        return $"{text[..text.LastIndexOf('.')]}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string WithOtherPayload(TestToken token, TestToken other) =>
        $"{token.ToString().Split('.')[0]}.{other.ToString().Split('.')[1]}.{token.ToString().Split('.')[2]}";

    private static string Unsigned(string alg) => WithoutSignature(new TestToken { Header = $$"""{"alg":"{{alg}}"}""" });

    private static string Raw(string header, string payload)
    {
        var content = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        return $"{content}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(TestKeys.Secret, Encoding.ASCII.GetBytes(content)))}";
    }

    private Task<EdgeHost> StartAsync(params string[] settings) => EdgeHost.StartAsync(Clock, [
        "Authentication:Mode=Required", $"Authentication:Jwt:KeyFile={_secret.Path}", $"Authentication:Jwt:Issuer={TestToken.Issuer}",
        $"Authentication:Jwt:Audience={TestToken.Audience}", .. settings]);

    private Task<EdgeHost> StartWithKeySetAsync() => EdgeHost.StartAsync(
        "Authentication:Mode=Required", $"Authentication:Jwt:JwksFile={_keySet.Path}", $"Authentication:Jwt:Issuer={TestToken.Issuer}",
        $"Authentication:Jwt:Audience={TestToken.Audience}");
}
