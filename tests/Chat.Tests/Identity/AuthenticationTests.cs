using System.Net;
using System.Net.Sockets;
using System.Text;
using Chat.Tests.Running;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Chat.Tests.Identity;

public sealed class AuthenticationTests
{
    private static readonly string OtherKey = new('o', 40);

    [Theory]
    [InlineData("GET", "rooms/lobby/events")]
    [InlineData("GET", "rooms/lobby/messages")]
    [InlineData("POST", "rooms/lobby/messages")]
    [InlineData("POST", "rooms/lobby/typing")]
    [InlineData("POST", "rooms/lobby/presence/page")]
    [InlineData("DELETE", "rooms/lobby/presence/page")]
    public async Task Without_a_token_rooms_are_401_as_bearer(string method, string path)
    {
        await using var server = await ChatServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, response);
        Assert.StartsWith("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadTokens => new()
    {
        { "another key", Token(key: OtherKey) },
        { "another issuer", Token(issuer: "somebody") },
        { "another audience", Token(audience: "something") },
        { "expired", Token(expires: DateTime.UtcNow.AddMinutes(-1)) },
        { "without an end", Token(expires: null) },
        { "not yet valid", Token(notBefore: DateTime.UtcNow.AddMinutes(5), expires: DateTime.UtcNow.AddMinutes(9)) },
        { "another algorithm with the right key", Token(algorithm: SecurityAlgorithms.HmacSha512, key: ChatServer.SigningKey) },
        { "alg none", Unsigned() },
        { "no subject", Token(subject: null) },
        { "an impossible subject", Token(subject: "a\u202eb") },
        { "changed", Token()[..^6] + "AAAAAA" },
        { "no token", "abc" },
        { "empty", "" },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Bad_token_is_401_in_header_and_cookie(string what, string token)
    {
        await using var server = await ChatServer.StartAsync();

        foreach (var (header, value) in (List<(string, string)>)[("Authorization", $"Bearer {token}"), ("Cookie", $"chat_token={token}")])
            await ExpectUnauthorizedAsync(server, header, value);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task Good_token_is_taken_from_header_and_cookie()
    {
        await using var server = await ChatServer.StartAsync();

        foreach (var (header, value) in (List<(string, string)>)[("Authorization", $"Bearer {Token()}"), ("Cookie", $"a=b; chat_token={Token()}")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "rooms/lobby/messages");
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await server.Client().Http.SendAsync(request, Deadline.Token());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Bad_header_does_not_fall_back_to_a_good_cookie()
    {
        await using var server = await ChatServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "rooms/lobby/messages");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token(key: OtherKey)}");
        request.Headers.TryAddWithoutValidation("Cookie", $"chat_token={Token()}");

        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, response);
    }

    [Fact]
    public async Task Token_in_the_query_is_ignored()
    {
        await using var server = await ChatServer.StartAsync();

        using var response = await server.Client().Http.GetAsync($"rooms/lobby/messages?access_token={Token()}", Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, response);
    }

    [Fact]
    public async Task Gateway_subject_counts_only_when_it_is_trusted()
    {
        await using var alone = await ChatServer.StartAsync();
        await using var behind = await ChatServer.StartAsync("Chat:TrustGatewaySubject=true");

        Assert.Equal(HttpStatusCode.Unauthorized, (await AsSubjectAsync(alone, "ada")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AsSubjectAsync(behind, "ada")).StatusCode);
    }

    [Fact]
    public async Task Behind_the_gateway_only_one_valid_gateway_subject_counts()
    {
        await using var server = await ChatServer.StartAsync("Chat:TrustGatewaySubject=true");
        var ada = await server.SignInAsync("ada");

        using var withToken = await ada.Http.GetAsync("rooms/lobby/messages", Deadline.Token());
        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, withToken);
        Assert.NotEmpty(withToken.Headers.WwwAuthenticate);
        // HttpClient would join two values to one line, which is a possible name.
        Assert.StartsWith("HTTP/1.1 401 ", await SendAsync(server, "Gateway-Subject: ada\r\nGateway-Subject: bob\r\n"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsSubjectAsync(server, new string('a', 33))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsSubjectAsync(server, "")).StatusCode);
    }

    [Fact]
    public async Task Token_is_in_no_log_at_any_level()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        await ada.PostAsync("lobby", "hello");
        using (await ada.JoinAsync("lobby"))
        {
            var bad = Token(key: OtherKey);
            using var request = new HttpRequestMessage(HttpMethod.Get, "rooms/lobby/messages");
            request.Headers.TryAddWithoutValidation("Cookie", $"chat_token={bad}");
            using var refused = await server.Client().Http.SendAsync(request, Deadline.Token());
            Assert.False(server.Log.Has(Signature(bad)));
        }

        Assert.NotEmpty(server.Log.Lines);
        Assert.False(server.Log.Has(Signature(ada.Token!)));
        Assert.False(server.Log.Has(ChatServer.SigningKey));
    }

    private static string Signature(string token) => token[(token.LastIndexOf('.') + 1)..];

    private static async Task ExpectUnauthorizedAsync(ChatServer server, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "rooms/lobby/messages");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await server.Client().Http.SendAsync(request, Deadline.Token());
        await ProblemAssert.IsAsync(HttpStatusCode.Unauthorized, response);
    }

    private static async Task<string?> SendAsync(ChatServer server, string headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, Deadline.Token());
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /rooms/lobby/messages HTTP/1.1\r\nHost: chat\r\n{headers}\r\n"), Deadline.Token());
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Deadline.Token());
    }

    private static async Task<HttpResponseMessage> AsSubjectAsync(ChatServer server, string subject)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "rooms/lobby/messages");
        request.Headers.TryAddWithoutValidation("Gateway-Subject", subject);
        return await server.Client().Http.SendAsync(request, Deadline.Token());
    }

    private static string Token(
        string key = ChatServer.SigningKey, string issuer = "ssegateway-chat", string audience = "ssegateway-chat", string? subject = "ada",
        DateTime? notBefore = null, string algorithm = SecurityAlgorithms.HmacSha256) =>
        Token(DateTime.UtcNow.AddMinutes(5), key, issuer, audience, subject, notBefore, algorithm);

    private static string Token(
        DateTime? expires, string key = ChatServer.SigningKey, string issuer = "ssegateway-chat", string audience = "ssegateway-chat", string? subject = "ada",
        DateTime? notBefore = null, string algorithm = SecurityAlgorithms.HmacSha256)
    {
        var claims = new Dictionary<string, object>();
        if (subject is not null)
            claims["sub"] = subject;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            Expires = expires,
            NotBefore = notBefore,
            // HS512 wants a longer key; the service's own, repeated, is as near as an attacker could come.
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(algorithm == SecurityAlgorithms.HmacSha256 ? key : key + key)), algorithm),
        };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    private static string Unsigned()
    {
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        return $"{header}.{Token().Split('.')[1]}.";
    }
}
