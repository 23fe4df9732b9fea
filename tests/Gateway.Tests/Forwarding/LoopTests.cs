using System.Text.RegularExpressions;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>A destination that leads back to the gateway, and the mark by which it is found out (RFC 9110, 7.6.3).</summary>
public sealed class LoopTests
{
    private const string Mark = "sse-gateway-[0-9a-f]{16}";

    [Theory]
    [InlineData("GET", false)]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    public async Task Request_that_comes_back_is_answered_508(string method, bool shared)
    {
        await using var detour = new Detour();
        await using var gateway = await GatewayUnderTest.StartAsync(detour.Url, $"SseGateway:Sharing:Enabled={shared}");
        detour.Target = gateway.EndPoint;
        using var answer = await gateway.SendAsync(method, "/events", ["Accept: text/event-stream"]);
        Assert.Equal((508, "application/problem+json"), (answer.Status, answer.Head.Value("Content-Type")));
        Assert.Equal(1, detour.Connections);
        Assert.False(answer.Head.Has("Via"));
        Assert.Single(gateway.Log.Lines, line => line.Contains("leads back to this gateway", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Loop_of_two_gateways_is_ended_too(bool firstShares, bool secondShares)
    {
        await using var detour = new Detour();
        await using var second = await GatewayUnderTest.StartAsync(detour.Url, $"SseGateway:Sharing:Enabled={secondShares}");
        await using var first = await GatewayUnderTest.StartAsync(
            second.Address.ToString(), $"SseGateway:Sharing:Enabled={firstShares}");
        detour.Target = first.EndPoint;
        using var answer = await first.OpenAsync();
        Assert.Equal(508, answer.Status);
        Assert.Equal(1, detour.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gateways_in_a_row_are_no_loop_and_each_has_its_mark(bool shared)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var centre = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:Sharing:Enabled={shared}");
        await using var edge = await GatewayUnderTest.StartAsync(centre.Address.ToString(), $"SseGateway:Sharing:Enabled={shared}");
        var (exchange, response) = await edge.OpenStreamAsync(upstream);
        var via = string.Join(", ", exchange.Request.Values("Via"));
        Assert.Matches($"^1.1 {Mark}, 1.1 {Mark}$", via);
        Assert.Equal(2, Regex.Matches(via, Mark).Select(match => match.Value).Distinct().Count());
        Assert.False(response.Head.Has("Via"));
        response.Dispose();
    }

    [Theory]
    [InlineData("Via: 1.0 fred, 1.1 p.example.com (Apache/1.1)", "1.0 fred, 1.1 p.example.com (Apache/1.1), ")]
    [InlineData("Via: 1.0 fred\r\nVia: 1.1 nowhere.com", "1.0 fred, 1.1 nowhere.com, ")]
    [InlineData("Via: 1.1 sse-gateway-0123456789abcdef", "1.1 sse-gateway-0123456789abcdef, ")]
    [InlineData("X-None: 1", "")]
    public async Task Mark_comes_behind_those_that_are_there(string fields, string before)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", fields);
        Assert.Matches($"^{Regex.Escape(before)}1.1 {Mark}$", string.Join(", ", exchange.Request.Values("Via")));
        response.Dispose();
    }

    [Fact]
    public async Task Shared_stream_names_no_hop_of_one_clients_but_gateways()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Sharing:Enabled=true");
        var (exchange, response) = await gateway.OpenStreamAsync(
            upstream, "/events", "Via: 1.1 secret, 1.1 sse-gateway-0123456789abcdef, 1.1 sse-gateway-secret, 2 sse-gateway-0123456789abcdex");
        Assert.Matches($"^1.1 sse-gateway-0123456789abcdef, 1.1 {Mark}$", string.Join(", ", exchange.Request.Values("Via")));
        response.Dispose();
    }

    [Fact]
    public async Task Upgrade_has_the_mark_as_well()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync(
            "GET", "/socket", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]);
        var exchange = await upstream.NextAsync();
        Assert.Matches($"^1.1 {Mark}$", exchange.Request.Value("Via"));
        Assert.Equal(("Upgrade", "websocket"), (exchange.Request.Value("Connection"), exchange.Request.Value("Upgrade")));
    }
}
