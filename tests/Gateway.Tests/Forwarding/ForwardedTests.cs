using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Edge.Admission;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>Whom the upstream is told of, and what the operator is told of proxies that do not say.</summary>
public sealed class ForwardedTests
{
    private const string Trusted = "SseGateway:Limits:TrustedProxies:0=127.0.0.1";

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("6.6.6.6, 198.51.100.7", "198.51.100.7")]
    [InlineData("6.6.6.6\r\nX-Forwarded-For: 198.51.100.7", "198.51.100.7")]
    [InlineData("198.51.100.7, 127.0.0.1", "198.51.100.7")]
    [InlineData("[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("198.51.100.7, rubbish", "127.0.0.1")]
    public async Task The_service_sees_the_client_behind_a_trusted_proxy_and_nobody_else(string forwardedFor, string client)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Trusted);
        foreach (var accept in new[] { "text/event-stream", "*/*" })
        {
            var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/any", $"Accept: {accept}", $"X-Forwarded-For: {forwardedFor}");
            using var open = response;
            Assert.Equal([client], exchange.Request.Members("X-Forwarded-For"));
        }
    }

    [Theory]
    [InlineData(Trusted, "https", "https")]
    [InlineData(Trusted, "javascript", "http")]
    [InlineData("SseGateway:Limits:TrustedProxies:0=192.0.2.1", "https", "http")]
    public async Task The_scheme_is_the_one_a_trusted_proxy_names(string proxies, string sent, string seen)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, proxies);

        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/any", "X-Forwarded-For: 198.51.100.7", $"X-Forwarded-Proto: {sent}");

        using var open = response;
        Assert.Equal([seen], exchange.Request.Values("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task A_route_that_says_how_to_forward_has_its_way()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, Trusted, "ReverseProxy:Routes:upstream:Transforms:0:X-Forwarded=Append");

        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/any", "X-Forwarded-For: 198.51.100.7");

        using var open = response;
        Assert.Equal(["198.51.100.7", "127.0.0.1"], exchange.Request.Members("X-Forwarded-For"));
    }

    [Theory]
    [InlineData(Trusted, "X-Other: 1", 1)]
    [InlineData(Trusted, "X-Forwarded-For: 198.51.100.7", 0)]
    [InlineData("SseGateway:Limits:TrustedProxies:0=192.0.2.1", "X-Other: 1", 0)]
    public async Task A_trusted_proxy_that_does_not_say_is_told_of_once(string proxies, string field, int lines)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, proxies);

        for (var i = 0; i < 3; i++)
        {
            using var response = await gateway.SendAsync("GET", "/any", [field]);
            Assert.Equal("ok", await response.ReadTextAsync());
        }

        Assert.Equal(lines, Warnings(gateway));
    }

    [Fact]
    public async Task Of_a_whole_network_some_are_told_of()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:TrustedProxies:0=127.0.0.0/8");

        for (byte i = 1; i <= SilentProxies.Most + 3; i++)
        {
            using var response = await gateway.SendAsync("GET", "/any", from: new([127, 0, 1, i]));
            Assert.Equal("ok", await response.ReadTextAsync());
        }

        Assert.Equal(SilentProxies.Most, Warnings(gateway));
    }

    private static int Warnings(GatewayUnderTest gateway) =>
        gateway.Log.Lines.Count(line => line.Contains("without X-Forwarded-For", StringComparison.Ordinal));
}
