using Xunit;

namespace Gateway.Tests.Edge;

/// <summary>Catalogue 9.2: where a token may be, which one counts, and what is left of the request for the upstream.</summary>
public sealed class CarrierTests : IDisposable
{
    private readonly TempFile _secret = new(TestKeys.Secret);
    private readonly string _good = new TestToken().ToString();

    [Theory]
    [InlineData("Carriers:Header=true", 200)]
    [InlineData("Carriers:Header=false", 401)]
    public async Task The_header_counts_when_it_is_on(string setting, int expected)
    {
        await using var host = await StartAsync($"Authentication:{setting}", "Authentication:Carriers:Cookie=c");
        using var answer = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {_good}");
        Assert.Equal(expected, answer.Status);
    }

    [Theory]
    [InlineData("token", 200)]
    [InlineData("Token", 401)]
    [InlineData("", 401)]
    public async Task The_cookie_counts_when_it_is_named(string name, int expected)
    {
        await using var host = await StartAsync($"Authentication:Carriers:Cookie={name}");
        using var answer = await host.SendAsync("GET", "/a/x", $"Cookie: token={_good}");
        Assert.Equal(expected, answer.Status);
    }

    [Theory]
    [InlineData("access_token", 200)]
    [InlineData("", 401)]
    public async Task The_query_counts_when_it_is_named(string name, int expected)
    {
        await using var host = await StartAsync($"Authentication:Carriers:Query={name}");
        using var answer = await host.SendAsync("GET", $"/a/x?access_token={_good}");
        Assert.Equal(expected, answer.Status);
    }

    [Theory]
    [InlineData("?access_token=JWT&x=1", "?x=1")]
    [InlineData("?x=1&access_token=JWT", "?x=1")]
    [InlineData("?x=%41&access_token=JWT&y=a+b&&z=%zz", "?x=%41&y=a+b&&z=%zz")]
    [InlineData("?access_token=JWT", "")]
    [InlineData("?%61ccess_token=JWT&x=1", "?x=1")]
    [InlineData("?ACCESS_TOKEN=JWT&x=1", "?x=1")]
    [InlineData("?xaccess_token=1&access_token=JWT&access_tokenx=2", "?xaccess_token=1&access_tokenx=2")]
    public async Task The_query_keeps_every_byte_but_the_tokens(string query, string rest)
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token");
        using var answer = await host.SendAsync("GET", "/a/x" + query.Replace("JWT", _good, StringComparison.Ordinal));

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(host.Forwarded);
        Assert.Equal("/a/x" + rest, request.Target);
        Assert.Equal("/a/x" + rest, request.RawTarget);
    }

    [Theory]
    [InlineData("?access_token=JWT&access_token=JWT")]
    [InlineData("?access_token=JWT&%61ccess_token=x")]
    [InlineData("?access_token=")]
    [InlineData("?access_token")]
    public async Task An_ambiguous_or_empty_query_token_is_refused(string query)
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token");
        using var answer = await host.SendAsync("GET", "/a/x" + query.Replace("JWT", _good, StringComparison.Ordinal));
        Assert.Equal(401, answer.Status);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Head.Value("WWW-Authenticate"));
    }

    [Fact]
    public async Task Answers_to_urls_with_a_token_are_kept_out_of_caches_and_referrers()
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token");
        host.Upstream = context =>
        {
            context.Response.Headers.CacheControl = "public, max-age=3600";
            return Task.CompletedTask;
        };
        using var good = await host.SendAsync("GET", $"/a/x?access_token={_good}");
        using var bad = await host.SendAsync("GET", "/a/x?access_token=x");
        using var none = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {_good}");

        Assert.Equal(("no-store", "no-referrer"), (good.Head.Value("Cache-Control"), good.Head.Value("Referrer-Policy")));
        Assert.Equal(("no-store", "no-referrer"), (bad.Head.Value("Cache-Control"), bad.Head.Value("Referrer-Policy")));
        Assert.Equal("public, max-age=3600", none.Head.Value("Cache-Control"));
    }

    [Theory]
    [InlineData("token=JWT", null)]
    [InlineData("a=1; token=JWT; b=2", "a=1; b=2")]
    [InlineData("token=\"JWT\"; b=\"x y\"", "b=\"x y\"")]
    [InlineData("xtoken=1; token=JWT; tokenx=2", "xtoken=1; tokenx=2")]
    public async Task Only_the_named_cookie_is_removed(string cookies, string? rest)
    {
        await using var host = await StartAsync("Authentication:Carriers:Cookie=token");
        using var answer = await host.SendAsync("GET", "/a/x", $"Cookie: {cookies.Replace("JWT", _good, StringComparison.Ordinal)}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(rest, Assert.Single(host.Forwarded).Headers.GetValueOrDefault("Cookie"));
    }

    [Fact]
    public async Task Two_cookies_of_the_name_are_refused()
    {
        await using var host = await StartAsync("Authentication:Carriers:Cookie=token");
        using var answer = await host.SendAsync("GET", "/a/x", $"Cookie: token=x; token={_good}");
        Assert.Equal(401, answer.Status);
    }

    // The order is Authorization, query, cookie; the first one there decides.
    [Theory]
    [InlineData("good", "bad", "bad", 200)]
    [InlineData("bad", "good", "good", 401)]
    [InlineData(null, "good", "bad", 200)]
    [InlineData(null, "bad", "good", 401)]
    [InlineData(null, null, "good", 200)]
    public async Task The_first_carrier_decides_good_or_bad(string? header, string? query, string? cookie, int expected)
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token", "Authentication:Carriers:Cookie=token");
        string Value(string kind) => kind == "good" ? _good : "bad.bad.bad";
        string[] fields = [
            .. header is null ? Array.Empty<string>() : [$"Authorization: Bearer {Value(header)}"],
            .. cookie is null ? Array.Empty<string>() : [$"Cookie: token={Value(cookie)}"]];
        using var answer = await host.SendAsync("GET", query is null ? "/a/x" : $"/a/x?access_token={Value(query)}", fields);

        Assert.Equal(expected, answer.Status);
        if (expected == 200)
        {
            var request = Assert.Single(host.Forwarded);
            Assert.Equal("/a/x", request.Target);
            Assert.DoesNotContain("Authorization", request.Headers.Keys);
            Assert.DoesNotContain("Cookie", request.Headers.Keys);
        }
    }

    [Fact]
    public async Task A_route_may_forward_the_credential_where_it_was()
    {
        await using var host = await StartAsync(
            "Authentication:Carriers:Query=access_token", "Authentication:Carriers:Cookie=token", "Routes:a:Authentication:ForwardCredential=true");
        using var answer = await host.SendAsync("GET", "/a/x?access_token=q", $"Authorization: Bearer {_good}", "Cookie: token=c");

        var request = Assert.Single(host.Forwarded);
        Assert.Equal("/a/x?access_token=q", request.RawTarget);
        Assert.Equal(($"Bearer {_good}", "token=c", "ada"), (request.Headers["Authorization"], request.Headers["Cookie"], request.Headers["Gateway-Subject"]));
    }

    [Theory]
    [InlineData("Gateway-Subject: root")]
    [InlineData("gateway-subject: root")]
    [InlineData("Gateway_Subject: root")]
    [InlineData("Gateway-Subject: root\r\nGateway-Subject: admin")]
    public async Task Nobody_but_the_gateway_names_the_subject(string field)
    {
        await using var open = await EdgeHost.StartAsync();
        await using var closed = await StartAsync();
        using var one = await open.SendAsync("GET", "/a/x", field);
        using var two = await closed.SendAsync("GET", "/a/x", field, $"Authorization: Bearer {_good}");

        var anonymous = Assert.Single(open.Forwarded).Headers;
        Assert.DoesNotContain("Gateway-Subject", anonymous.Keys);
        Assert.DoesNotContain("Gateway_Subject", anonymous.Keys);
        var known = Assert.Single(closed.Forwarded).Headers;
        Assert.Equal("ada", known["Gateway-Subject"]);
        Assert.DoesNotContain("Gateway_Subject", known.Keys);
    }

    [Fact]
    public async Task A_query_token_is_redacted_on_a_path_without_route()
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token");
        using var answer = await host.SendAsync("GET", "/nowhere?access_token=SECRET");
        Assert.Equal(404, answer.Status);
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains("SECRET", StringComparison.Ordinal) && !line.Contains("Kestrel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_that_are_not_the_gateways_keep_their_credentials()
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token");
        using var answer = await host.SendAsync("GET", "/other?access_token=theirs", "Authorization: Bearer theirs");
        Assert.Equal("?access_token=theirsBearer theirs", await answer.ReadTextAsync());
    }

    [Theory]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    [InlineData("Origin: https://app.example", 200)]
    [InlineData("Origin: http://app.example", 403)]
    [InlineData("Origin: http://HOST", 200)]
    [InlineData("Origin: https://HOST", 403)]
    [InlineData("Origin: https://HOST\r\nSec-Fetch-Site: same-origin", 200)]
    [InlineData("Origin: https://evil.example\r\nSec-Fetch-Site: cross-site", 403)]
    [InlineData("Origin: http://HOST\r\nOrigin: https://evil.example", 403)]
    [InlineData("X-None: 1", 200)]
    public async Task A_cookie_counts_only_for_pages_that_may_use_it(string fields, int expected)
    {
        await using var host = await StartAsync(
            "Authentication:Carriers:Cookie=token", "Cors:Origins=https://app.example", "Cors:AllowCredentials=true");
        using var answer = await host.SendAsync("POST", "/a/x",
            fields.Replace("HOST", host.Address.Authority, StringComparison.Ordinal), $"Cookie: token={_good}");

        Assert.Equal(expected, answer.Status);
        Assert.Equal(expected == 200 ? 1 : 0, host.Forwarded.Count);
    }

    // What a page of another site can have sent without an Origin: an image, a script, a fetch without CORS, a link.
    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-User: ?1", 403)]
    [InlineData("Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image", 403)]
    [InlineData("Sec-Fetch-Site: same-origin, cross-site", 403)]
    [InlineData("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: ", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\nOrigin: https://app.example", 200)]
    [InlineData("Sec-Fetch-Site: same-site\r\nOrigin: https://app.example", 200)]
    [InlineData("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors", 200)]
    [InlineData("Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate", 200)]
    public async Task A_get_of_another_sites_page_has_no_cookie(string fields, int expected)
    {
        await using var host = await StartAsync(
            "Authentication:Carriers:Cookie=token", "Cors:Origins=https://app.example", "Cors:AllowCredentials=true");
        using var cookie = await host.SendAsync("GET", "/a/x", fields, $"Cookie: token={_good}");
        using var header = await host.SendAsync("GET", "/a/x", fields, $"Authorization: Bearer {_good}");
        Assert.Equal((expected, 200), (cookie.Status, header.Status));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", false)]
    [InlineData("Origin: https://evil.example", false)]
    [InlineData("Sec-Fetch-Site: same-origin", true)]
    [InlineData("X-None: 1", true)]
    public async Task A_cookie_that_does_not_count_is_not_forwarded_beside_a_credential_that_does(string fields, bool forwarded)
    {
        await using var host = await StartAsync("Authentication:Carriers:Cookie=token", "Authentication:ForwardCredential=true");
        using var answer = await host.SendAsync("GET", "/a/x", fields, $"Authorization: Bearer {_good}", "Cookie: theme=dark; token=theirs");
        Assert.Equal(200, answer.Status);
        Assert.Equal(forwarded ? "theme=dark; token=theirs" : "theme=dark", Assert.Single(host.Forwarded).Headers["Cookie"]);
    }

    [Fact]
    public async Task An_origin_without_credentials_may_not_use_the_cookie_but_a_token()
    {
        await using var host = await StartAsync("Authentication:Carriers:Cookie=token", "Cors:Origins=https://app.example");
        using var cookie = await host.SendAsync("GET", "/a/x", "Origin: https://app.example", $"Cookie: token={_good}");
        using var header = await host.SendAsync("GET", "/a/x", "Origin: https://app.example", $"Authorization: Bearer {_good}");
        Assert.Equal((403, 200), (cookie.Status, header.Status));
    }

    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("10.0.0.0/8", 403)]
    public async Task The_scheme_before_a_tls_proxy_is_believed_from_trusted_proxies_only(string trusted, int expected)
    {
        await using var host = await StartAsync("Authentication:Carriers:Cookie=token", $"Limits:TrustedProxies={trusted}");
        using var answer = await host.SendAsync(
            "GET", "/a/x", $"Origin: https://{host.Address.Authority}", "X-Forwarded-Proto: https", $"Cookie: token={_good}");
        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task No_secret_is_in_any_log()
    {
        await using var host = await StartAsync("Authentication:Carriers:Query=access_token", "Authentication:Carriers:Cookie=token");
        var secret = _good.Split('.')[2];
        using var good = await host.SendAsync("GET", $"/a/x?access_token={_good}");
        using var cookie = await host.SendAsync("GET", "/a/x", $"Cookie: token={_good}");
        using var header = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {_good}");
        using var broken = await host.SendAsync("GET", $"/a/x?access_token={_good}x");
        Assert.Equal((200, 200, 200, 401), (good.Status, cookie.Status, header.Status, broken.Status));
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.NotEmpty(host.Log.Lines);
    }

    public void Dispose() => _secret.Dispose();

    private Task<EdgeHost> StartAsync(params string[] settings) => EdgeHost.StartAsync([
        "Authentication:Mode=Required", $"Authentication:Jwt:KeyFile={_secret.Path}", $"Authentication:Jwt:Issuer={TestToken.Issuer}",
        $"Authentication:Jwt:Audience={TestToken.Audience}", .. settings]);
}
