using Gateway.Tests.Running;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Streams.Limits;

/// <summary>Requests of the Model Context Protocol, limited and counted by their method.</summary>
public sealed class McpCallsTests
{
    private static readonly string[] Json = ["Content-Type: application/json", "Accept: application/json, text/event-stream"];

    [Fact]
    public async Task So_many_of_a_method_are_under_way_and_the_next_one_is_refused_before_the_service_is_asked()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, GatewayUnderTest.WithAdmin, "SseGateway:Limits:McpCalls=tools/call=1, other=0");
        using var first = await gateway.BeginAsync("POST", "/mcp", [.. Json, "Mcp-Method: tools/call"], "{\"id\":1}");
        var exchange = await upstream.NextAsync();

        using (var refused = await gateway.SendAsync("POST", "/mcp", [.. Json, "Mcp-Method: tools/call"], "{\"id\":2}"))
        {
            Assert.Equal((429, "application/json"), (refused.Status, refused.Head.Value("Content-Type")));
            Assert.NotNull(refused.Head.Value("Retry-After"));
            Assert.Equal(
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"Too many requests of this method\""
                    + ",\"data\":{\"reason\":\"gateway_limit\"}}}",
                await refused.ReadTextAsync());
        }

        using (var foreign = await gateway.SendAsync("POST", "/mcp", [.. Json, "Mcp-Method: made/up"], "{}"))
        {
            Assert.Equal(429, foreign.Status);
        }

        using var another = await gateway.BeginAsync("POST", "/mcp", [.. Json, "Mcp-Method: tools/list"], "{}");
        await (await upstream.NextAsync()).AnswerAsync(200, "application/json", "{}");
        Assert.Equal(200, (await another.ReadResponseAsync()).Status);

        await exchange.AnswerAsync(200, "application/json", "{}");
        using var answered = await first.ReadResponseAsync();
        await answered.ReadTextAsync();
        using var next = await gateway.BeginAsync("POST", "/mcp", [.. Json, "Mcp-Method: tools/call"], "{}");
        await (await upstream.NextAsync()).AnswerAsync(200, "application/json", "{}");
        Assert.Equal(200, (await next.ReadResponseAsync()).Status);

        var metrics = await Exposition.ReadAsync(gateway);
        Assert.Equal(3, metrics["sse_gateway_mcp_requests_total{mcp_method=\"tools/call\",route=\"upstream\"}"]);
        Assert.Equal(1, metrics["sse_gateway_mcp_requests_total{mcp_method=\"other\",route=\"upstream\"}"]);
        Assert.Equal(2, metrics["sse_gateway_streams_refused_total{limit=\"mcpCalls\",route=\"upstream\"}"]);
    }

    [Theory]
    [InlineData("tools/call", "must be methods with a number, such as tools/call=20, got \"tools/call\"")]
    [InlineData("tools/call=many", "must be methods with a number, such as tools/call=20, got \"tools/call=many\"")]
    [InlineData("tool/call=1", "must name one of ")]
    [InlineData("ping=1, ping=2", "names ping twice")]
    public void A_wrong_limit_is_named_at_start(string value, string error)
    {
        var errors = new StartupErrors();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("SseGateway:Limits:McpCalls", value)]).Build();
        GatewaySettings.Load(configuration, errors, requireRoutes: false);
        Assert.StartsWith("SseGateway:Limits:McpCalls: " + error, Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_service_is_asked_under_the_name_that_it_knows_or_the_one_the_client_knows(bool preserve)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:PreserveHost={preserve}");
        using var client = await gateway.BeginAsync("POST", "/mcp", Json, "{}");
        var exchange = await upstream.NextAsync();

        Assert.Equal(preserve ? gateway.Address.Authority : new Uri(upstream.Url).Authority, exchange.Request.Value("Host"));
        await exchange.AnswerAsync(200, "application/json", "{}");
    }
}
