using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Edge.Cors;

/// <summary>Preflights are answered by the gateway alone: catalogue 8.2.</summary>
public sealed class PreflightTests
{
    private const string Page = "https://app.example";

    private static readonly string[] Settings =
    [
        "SseGateway:Cors:Origins:0=" + Page, "SseGateway:Cors:AllowCredentials=true", "SseGateway:Cors:MaxAge=00:10:00",
        "SseGateway:Cors:Methods:0=GET", "SseGateway:Cors:Methods:1=POST",
    ];

    [Theory]
    [Trait("Case", "8.2.1")]
    [Trait("Case", "8.2.2")]
    [Trait("Case", "8.2.5")]
    [InlineData("GET", "last-event-id")]
    [InlineData("POST", "authorization,content-type")]
    [InlineData("POST", "content-type, mcp-session-id, mcp-protocol-version")]
    [InlineData("GET", "cache-control,x-requested-with")]
    [InlineData("GET", "")]
    public async Task Preflight_is_answered_here_without_a_token(string method, string headers)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Settings, .. Tokens.RequireHs256()]);

        var (head, body) = await PreflightAsync(gateway, Page, method, headers);

        Assert.InRange(head.Status, 200, 204);
        Assert.Equal("", body);
        Assert.Equal([Page], head.Values("Access-Control-Allow-Origin"));
        Assert.Equal(["true"], head.Values("Access-Control-Allow-Credentials"));
        Assert.Contains(method, head.Members("Access-Control-Allow-Methods"));
        Assert.All(headers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            header => Assert.Contains(header, head.Members("Access-Control-Allow-Headers"), StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain("*", head.Members("Access-Control-Allow-Headers"));
        Assert.NotEqual("text/event-stream", head.Value("Content-Type"));
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [Trait("Case", "8.2.3")]
    [InlineData("DELETE", "content-type")]
    [InlineData("GET", "x-evil")]
    [InlineData("GET", "content-type,x-evil")]
    public async Task Method_or_header_that_is_not_allowed_is_not_listed(string method, string headers)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);

        var (head, _) = await PreflightAsync(gateway, Page, method, headers);

        Assert.DoesNotContain("DELETE", head.Members("Access-Control-Allow-Methods"));
        Assert.DoesNotContain("x-evil", head.Members("Access-Control-Allow-Headers"), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Fact]
    [Trait("Case", "8.2.4")]
    public async Task Preflight_of_another_origin_allows_nothing_and_reaches_nobody()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);

        var (head, _) = await PreflightAsync(gateway, "https://evil.example", "GET", "last-event-id");

        Assert.False(head.Has("Access-Control-Allow-Origin"));
        Assert.Contains("Origin", head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Fact]
    [Trait("Case", "8.2.6")]
    public async Task Preflight_may_be_cached_as_configured_and_not_for_others()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);

        var (head, _) = await PreflightAsync(gateway, Page, "GET", "last-event-id");

        Assert.Equal("600", head.Value("Access-Control-Max-Age"));
        foreach (var name in new[] { "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers" })
        {
            Assert.Contains(name, head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("Case", "8.2.2")]
    public async Task Defaults_allow_what_event_stream_clients_send()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Cors:Origins:0=" + Page);
        const string headers = "authorization,content-type,accept,cache-control,last-event-id,x-requested-with,mcp-session-id,mcp-protocol-version";

        foreach (var method in new[] { "GET", "POST", "DELETE" })
        {
            var (head, _) = await PreflightAsync(gateway, Page, method, headers);
            Assert.Contains(method, head.Members("Access-Control-Allow-Methods"));
            Assert.All(headers.Split(','), header => Assert.Contains(header, head.Members("Access-Control-Allow-Headers"), StringComparer.OrdinalIgnoreCase));
            Assert.Equal("7200", head.Value("Access-Control-Max-Age"));
        }
    }

    [Fact]
    [Trait("Case", "8.2.5")]
    public async Task Preflight_is_answered_when_the_gateway_is_full_and_takes_no_place()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Settings, "SseGateway:Limits:Streams=2"]);
        var (_, first) = await gateway.OpenStreamAsync(upstream);
        using var one = first;
        for (var i = 0; i < 5; i++) Assert.InRange((await PreflightAsync(gateway, Page, "GET", "last-event-id")).Head.Status, 200, 204);
        var (_, second) = await gateway.OpenStreamAsync(upstream);
        using var two = second;

        Assert.InRange((await PreflightAsync(gateway, Page, "GET", "last-event-id")).Head.Status, 200, 204);

        using var refused = await gateway.OpenAsync();
        Assert.Equal(429, refused.Status);
        Assert.Equal(2, upstream.RequestCount);
    }

    private static async Task<(MessageHead Head, string Body)> PreflightAsync(GatewayUnderTest gateway, string origin, string method, string headers)
    {
        string[] asked = headers.Length > 0 ? [$"Access-Control-Request-Headers: {headers}"] : [];
        using var response = await gateway.SendAsync("OPTIONS", "/events", [$"Origin: {origin}", $"Access-Control-Request-Method: {method}", .. asked]);
        return (response.Head, await response.ReadTextAsync());
    }
}
