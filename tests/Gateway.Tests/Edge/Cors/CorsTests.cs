using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Edge.Cors;

/// <summary>CORS on answers: catalogue 8.1 and 8.3. The gateway owns it as soon as an origin is configured.</summary>
public sealed class CorsTests
{
    private const string Page = "https://app.example";

    private static readonly string[] Settings =
    [
        "SseGateway:Cors:Origins:0=" + Page, "SseGateway:Cors:Origins:1=http://localhost:5173", "SseGateway:Cors:AllowCredentials=true",
    ];

    [Theory]
    [Trait("Case", "8.1.1")]
    [Trait("Case", "8.1.7")]
    [InlineData(Page)]
    [InlineData("http://localhost:5173")]
    public async Task Allowed_origin_may_read_the_stream_before_its_first_byte_by_exactly_one_header(string origin)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", $"Origin: {origin}"]);
        await (await upstream.NextAsync()).StartStreamAsync(
            "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true", "Access-Control-Expose-Headers: X-Upstream",
            "Access-Control-Allow-Methods: PUT", "Vary: Accept");

        var head = (await client.ReadResponseAsync()).Head;

        Assert.Equal([origin], head.Values("Access-Control-Allow-Origin"));
        Assert.Equal(["true"], head.Values("Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
        Assert.Contains("Accept", head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
        Assert.Contains("Sse-Resume", head.Members("Access-Control-Expose-Headers"), StringComparer.OrdinalIgnoreCase);
        Assert.Contains("Retry-After", head.Members("Access-Control-Expose-Headers"), StringComparer.OrdinalIgnoreCase);
        Assert.Contains("X-Upstream", head.Members("Access-Control-Expose-Headers"), StringComparer.OrdinalIgnoreCase);
        Assert.False(head.Has("Access-Control-Allow-Methods"));
    }

    [Theory]
    [Trait("Case", "8.1.2")]
    [Trait("Case", "8.1.4")]
    [Trait("Case", "8.1.5")]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("https://app.example.evil.test")]
    [InlineData("https://evilapp.example")]
    [InlineData("http://app.example")]
    [InlineData("https://app.example:8443")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example, https://evil.example")]
    [InlineData("https://APP.example.")]
    [InlineData("*")]
    public async Task Other_origin_may_read_nothing_whatever_the_upstream_says(string origin)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(
            200, "application/json", "{}", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);

        using var response = await gateway.OpenAsync("/events", $"Origin: {origin}");

        Assert.True(response.Status is 200 or 403, $"status {response.Status}");
        Assert.False(response.Head.Has("Access-Control-Allow-Origin"));
        Assert.False(response.Head.Has("Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", response.Head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Case", "8.1.3")]
    public async Task Answer_without_origin_works_and_is_marked_for_shared_caches()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var (_, response) = await gateway.OpenStreamAsync(upstream);
        using var client = response;

        Assert.False(response.Head.Has("Access-Control-Allow-Origin"));
        Assert.Contains("Origin", response.Head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Case", "8.1.6")]
    public async Task Any_origin_is_answered_with_a_star_and_never_with_credentials()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Cors:Origins:0=*");
        var (_, response) = await gateway.OpenStreamAsync(upstream, "/events", "Origin: https://any.example");
        using var client = response;

        Assert.Equal(["*"], response.Head.Values("Access-Control-Allow-Origin"));
        Assert.False(response.Head.Has("Access-Control-Allow-Credentials"));
    }

    [Fact]
    [Trait("Case", "8.1.7")]
    public async Task Without_configured_origins_cors_is_the_upstreams()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", $"Origin: {Page}"]);
        await (await upstream.NextAsync()).StartStreamAsync("Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: X-Upstream");

        var head = (await client.ReadResponseAsync()).Head;

        Assert.Equal(["*"], head.Values("Access-Control-Allow-Origin"));
        Assert.Equal(["X-Upstream"], head.Values("Access-Control-Expose-Headers"));
    }

    [Theory]
    [Trait("Case", "8.3.2")]
    [InlineData(401)]
    [InlineData(500)]
    [InlineData(204)]
    public async Task Errors_of_the_upstream_may_be_read_by_the_page(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(status, "text/plain", status == 204 ? "" : "why"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);

        using var response = await gateway.OpenAsync("/events", $"Origin: {Page}");

        Assert.Equal((status, Page), (response.Status, response.Head.Value("Access-Control-Allow-Origin")));
    }

    [Theory]
    [Trait("Case", "8.3.1")]
    [InlineData("401")]
    [InlineData("404")]
    [InlineData("429")]
    [InlineData("502")]
    [InlineData("504")]
    public async Task Errors_of_the_gateway_may_be_read_by_the_page_and_by_no_other(string cause)
    {
        await using var upstream = ScriptedUpstream.Start();
        if (cause == "502") await upstream.DisposeAsync();
        string[] settings = cause switch
        {
            "401" => [.. Settings, .. Tokens.RequireHs256()],
            "429" => [.. Settings, "SseGateway:Limits:ConnectsPerSecond=0.0001", "SseGateway:Limits:ConnectBurst=1"],
            "504" => [.. Settings, "SseGateway:Timeouts:Head=00:00:00.2"],
            _ => Settings,
        };
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("upstream", "/events/{**rest}", upstream.Url), settings);
        if (cause == "429") using (await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"])) await upstream.NextAsync();

        foreach (var (origin, allowed) in new[] { (Page, (string?)Page), ("https://evil.example", null) })
        {
            using var response = await gateway.OpenAsync(cause == "404" ? "/none" : "/events", $"Origin: {origin}");
            Assert.Equal((cause, allowed), (response.Head.StartLine.Split(' ')[1], response.Head.Value("Access-Control-Allow-Origin")));
            Assert.Contains("Origin", response.Head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
            if (allowed is not null) Assert.Contains("Retry-After", response.Head.Members("Access-Control-Expose-Headers"), StringComparer.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("Case", "8.3.1")]
    public async Task Refusal_inside_a_stream_may_be_read_by_the_page()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Settings, "SseGateway:Limits:ConnectsPerSecond=0.0001", "SseGateway:Limits:ConnectBurst=1"]);
        using (await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"])) await upstream.NextAsync();

        using var response = await gateway.SendAsync("GET", "/events", [.. Browser.EventSourceFields, $"Origin: {Page}"]);

        Assert.Equal((200, Page, "true"), (
            response.Status, response.Head.Value("Access-Control-Allow-Origin"), response.Head.Value("Access-Control-Allow-Credentials")));
        Assert.Contains("event: gateway.refused\n", await response.ReadTextAsync(), StringComparison.Ordinal);
    }
}
