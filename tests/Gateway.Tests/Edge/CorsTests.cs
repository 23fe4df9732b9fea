using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.Edge;

/// <summary>Catalogue group 8, with its set-up.</summary>
public sealed class CorsTests : IDisposable
{
    private static readonly string[] SetUp =
    [
        "Cors:Origins=https://app.example,http://localhost:5173", "Cors:AllowCredentials=true", "Cors:Methods=GET,POST",
        "Cors:Headers=authorization,content-type,last-event-id", "Cors:MaxAge=00:10:00",
    ];

    private readonly TempFile _secret = new(TestKeys.Secret);

    [Theory]
    [InlineData("https://app.example")]
    [InlineData("http://localhost:5173")]
    public async Task An_allowed_origin_gets_itself_and_credentials(string origin)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        using var answer = await host.SendAsync("GET", "/a/x", $"Origin: {origin}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(origin, answer.Head.Value("Access-Control-Allow-Origin"));
        Assert.Equal("true", answer.Head.Value("Access-Control-Allow-Credentials"));
        Assert.Equal("Sse-Resume, Retry-After, Mcp-Session-Id, X-Request-Id, x-should-retry", answer.Head.Value("Access-Control-Expose-Headers"));
        Assert.Contains("Origin", answer.Head.Members("Vary"));
    }

    [Theory]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: https://app.example.evil.test")]
    [InlineData("Origin: https://evilapp.example")]
    [InlineData("Origin: http://app.example")]
    [InlineData("Origin: https://app.example:8443")]
    [InlineData("Origin: https://app.example/")]
    [InlineData("Origin: HTTPS://APP.EXAMPLE")]
    [InlineData("Origin: https://app.example, https://evil.example")]
    [InlineData("Origin: https://app.example\r\nOrigin: https://evil.example")]
    [InlineData("Origin: ")]
    [InlineData("X-None: 1")]
    public async Task Any_other_origin_gets_nothing_but_vary(string field)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        using var answer = await host.SendAsync("GET", "/a/x", field);

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(answer.Head.Fields, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Origin", answer.Head.Members("Vary"));
    }

    [Fact]
    public async Task Origin_null_is_allowed_when_it_is_listed()
    {
        await using var host = await EdgeHost.StartAsync("Cors:Origins=null");
        using var answer = await host.SendAsync("GET", "/a/x", "Origin: null");
        Assert.Equal("null", answer.Head.Value("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_wildcard_comes_without_credentials()
    {
        await using var host = await EdgeHost.StartAsync("Cors:Origins=*");
        using var answer = await host.SendAsync("GET", "/a/x", "Origin: https://any.example");
        Assert.Equal("*", answer.Head.Value("Access-Control-Allow-Origin"));
        Assert.False(answer.Head.Has("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://app.example", "https://app.example")]
    [InlineData("https://evil.example", null)]
    public async Task The_upstreams_headers_are_replaced(string origin, string? expected)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        host.Upstream = context =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowCredentials = "true";
            context.Response.Headers.AccessControlMaxAge = "1";
            context.Response.Headers["Access-Control-Allow-Private-Network"] = "true";
            context.Response.Headers.Vary = "Accept-Encoding";
            return context.Response.WriteAsync("x");
        };
        using var answer = await host.SendAsync("GET", "/a/x", $"Origin: {origin}");

        Assert.Equal(expected, answer.Head.Value("Access-Control-Allow-Origin"));
        Assert.False(answer.Head.Has("Access-Control-Max-Age"));
        Assert.False(answer.Head.Has("Access-Control-Allow-Private-Network"));
        Assert.Equal(expected is not null, answer.Head.Has("Access-Control-Allow-Credentials"));
        Assert.Equal(["Accept-Encoding", "Origin"], answer.Head.Members("Vary"));
    }

    [Theory]
    [InlineData("Origin")]
    [InlineData("accept, origin")]
    [InlineData("*")]
    public async Task A_vary_of_the_upstream_that_covers_origin_stays_as_it_is(string vary)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        host.Upstream = context =>
        {
            context.Response.Headers.Vary = vary;
            return Task.CompletedTask;
        };
        using var answer = await host.SendAsync("GET", "/a/x");
        Assert.Equal(vary, answer.Head.Value("Vary"));
    }

    [Fact]
    public async Task Without_origins_cors_is_the_upstreams()
    {
        await using var host = await EdgeHost.StartAsync();
        host.Upstream = context =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "https://theirs.example";
            return Task.CompletedTask;
        };
        using var simple = await host.SendAsync("GET", "/a/x", "Origin: https://theirs.example");
        using var preflight = await host.SendAsync("OPTIONS", "/a/x", "Origin: https://theirs.example", "Access-Control-Request-Method: GET");

        Assert.Equal("https://theirs.example", simple.Head.Value("Access-Control-Allow-Origin"));
        Assert.Equal("https://theirs.example", preflight.Head.Value("Access-Control-Allow-Origin"));
        Assert.False(simple.Head.Has("Vary"));
        Assert.Equal(2, host.Forwarded.Count);
    }

    [Fact]
    public async Task A_preflight_is_answered_without_the_upstream()
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        using var answer = await host.SendAsync("OPTIONS", "/a/x",
            "Origin: https://app.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: last-event-id");

        Assert.Equal(204, answer.Status);
        Assert.Equal("https://app.example", answer.Head.Value("Access-Control-Allow-Origin"));
        Assert.Equal("true", answer.Head.Value("Access-Control-Allow-Credentials"));
        Assert.Equal(["GET", "POST"], answer.Head.Members("Access-Control-Allow-Methods"));
        Assert.Equal(["authorization", "content-type", "last-event-id"], answer.Head.Members("Access-Control-Allow-Headers"));
        Assert.Equal("600", answer.Head.Value("Access-Control-Max-Age"));
        Assert.Equal(["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"], answer.Head.Members("Vary"));
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task What_is_not_allowed_is_not_listed()
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        using var answer = await host.SendAsync("OPTIONS", "/a/x",
            "Origin: https://app.example", "Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: x-evil");
        Assert.Equal(204, answer.Status);
        Assert.DoesNotContain("DELETE", answer.Head.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("x-evil", answer.Head.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("*", answer.Head.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preflight_of_another_origin_gets_no_permission()
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        using var answer = await host.SendAsync("OPTIONS", "/a/x", "Origin: https://evil.example", "Access-Control-Request-Method: GET");
        Assert.DoesNotContain(answer.Head.Fields, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Origin", answer.Head.Members("Vary"));
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task A_preflight_needs_neither_a_credential_nor_a_place()
    {
        await using var host = await EdgeHost.StartAsync([.. SetUp, .. Authentication(), "Limits:Streams=1", "Limits:ConnectsPerSecond=1"]);
        host.UpstreamStreams();
        using var stream = await host.SendAsync("GET", "/a/x", "Accept: text/event-stream", $"Authorization: Bearer {new TestToken()}");
        Assert.Equal(200, stream.Status);
        for (var i = 0; i < 5; i++)
        {
            using var answer = await host.SendAsync(
                "OPTIONS", "/a/x", "Origin: https://app.example", "Access-Control-Request-Method: GET", "Accept: text/event-stream");
            Assert.Equal(204, answer.Status);
        }

        Assert.Equal(1, host.Limiter.Count);
    }

    [Theory]
    [InlineData("Origin: https://app.example")]
    [InlineData("Access-Control-Request-Method: GET")]
    public async Task A_plain_options_goes_to_the_upstream(string field)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        using var answer = await host.SendAsync("OPTIONS", "/a/x", field);
        Assert.Equal((200, "OPTIONS"), (answer.Status, Assert.Single(host.Forwarded).Method));
    }

    [Fact]
    public async Task Refusals_and_errors_carry_cors()
    {
        await using var host = await EdgeHost.StartAsync(
            [.. SetUp, .. Authentication(), "Routes:b:Authentication:RequiredScopes=x", "Limits:StreamsPerRoute=1"]);
        host.UpstreamStreams();
        var token = $"Authorization: Bearer {new TestToken()}";
        using var stream = await host.SendAsync("GET", "/a/x", "Accept: text/event-stream", token);
        var expected = new List<(int, int)>();
        foreach (var (status, target, fields) in new (int, string, string[])[]
        {
            (401, "/a/x", []), (403, "/b/x", [token]), (404, "/nowhere", []), (429, "/a/x", [token, "Accept: text/event-stream"]),
        })
        {
            using var answer = await host.SendAsync("GET", target, [.. fields, "Origin: https://app.example"]);
            Assert.Equal("https://app.example", answer.Head.Value("Access-Control-Allow-Origin"));
            Assert.Contains("Origin", answer.Head.Members("Vary"));
            expected.Add((status, answer.Status));
        }

        Assert.All(expected, pair => Assert.Equal(pair.Item1, pair.Item2));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    [InlineData(502)]
    public async Task Answers_made_after_a_clear_carry_cors_too(int status)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        host.Upstream = context =>
        {
            context.Response.Headers.Vary = "X";
            context.Response.Clear();
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("no");
        };
        using var answer = await host.SendAsync("GET", "/a/x", "Origin: https://app.example");
        Assert.Equal(status, answer.Status);
        Assert.Equal("https://app.example", answer.Head.Value("Access-Control-Allow-Origin"));
        Assert.Equal("Origin", answer.Head.Value("Vary"));
    }

    [Fact]
    public async Task An_in_band_refusal_carries_cors()
    {
        await using var host = await EdgeHost.StartAsync([.. SetUp, "Limits:Streams=1"]);
        host.UpstreamStreams();
        using var stream = await host.SendAsync("GET", "/a/x", "Accept: text/event-stream");
        using var refused = await host.SendAsync("GET", "/a/x", [.. Client.Browser.EventSourceFields, "Origin: https://app.example"]);
        Assert.Equal(200, refused.Status);
        Assert.Equal("https://app.example", refused.Head.Value("Access-Control-Allow-Origin"));
        Assert.Contains("gateway.refused", await refused.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_may_have_origins_of_its_own()
    {
        await using var host = await EdgeHost.StartAsync("Cors:Origins=https://app.example", "Routes:b:Cors:Origins=https://b.example");
        using var a = await host.SendAsync("GET", "/a/x", "Origin: https://app.example");
        using var b = await host.SendAsync("GET", "/b/x", "Origin: https://app.example");
        using var own = await host.SendAsync("OPTIONS", "/b/x", "Origin: https://b.example", "Access-Control-Request-Method: GET");
        Assert.True(a.Head.Has("Access-Control-Allow-Origin"));
        Assert.False(b.Head.Has("Access-Control-Allow-Origin"));
        Assert.Equal("https://b.example", own.Head.Value("Access-Control-Allow-Origin"));
    }

    public void Dispose() => _secret.Dispose();

    private string[] Authentication() =>
    [
        "Authentication:Mode=Required", $"Authentication:Jwt:KeyFile={_secret.Path}", $"Authentication:Jwt:Issuer={TestToken.Issuer}",
        $"Authentication:Jwt:Audience={TestToken.Audience}",
    ];
}
