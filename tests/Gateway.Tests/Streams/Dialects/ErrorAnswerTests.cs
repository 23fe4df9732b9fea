using System.Text.Json;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>What the gateway refuses, it refuses in the words that the SDK shows to its user.</summary>
public sealed class ErrorAnswerTests
{
    [Theory]
    [InlineData("/v1/chat/completions", "A: b", 429, "error.code", "gateway_limit")]
    [InlineData("/v1/chat/completions", "A: b", 429, "error.type", "rate_limit_error")]
    [InlineData("/v1/responses", "A: b", 429, "error.message", "Too many streams")]
    [InlineData("/v1/messages", "A: b", 429, "error.type", "rate_limit_error")]
    [InlineData("/v1/messages", "A: b", 429, "type", "error")]
    [InlineData("/mcp", "Mcp-Method: tools/call", 429, "error.message", "Too many streams")]
    [InlineData("/other", "Accept: text/event-stream", 429, "reason", "limit")]
    public async Task A_limit(string target, string field, int status, string member, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        var held = new List<IDisposable>();

        // Calls are counted apart, and 16 more of them.
        for (var i = 0; i < (target == "/mcp" ? 17 : 1); i++)
        {
            held.Add(await gateway.BeginAsync("POST", target, [field], "{}"));
            await upstream.NextAsync();
        }

        using var refused = await gateway.SendAsync("POST", target, [field], "{}");

        Assert.Equal(status, refused.Status);
        Assert.NotNull(refused.Head.Value("Retry-After"));
        Assert.Equal(value, Member(await refused.ReadTextAsync(), member));
        held.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("/v1/chat/completions", "A: b", 502, "error.type", "server_error")]
    [InlineData("/v1/messages", "A: b", 502, "error.type", "api_error")]
    [InlineData("/mcp", "Mcp-Method: tools/call", 502, "error.data.reason", "gateway_upstream")]
    [InlineData("/other", "A: b", 502, "title", "The upstream could not be reached or gave no valid answer")]
    public async Task A_service_that_is_not_there(string target, string field, int status, string member, string value)
    {
        using var port = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(port.Url);

        using var refused = await gateway.SendAsync("POST", target, [field], "{}");

        Assert.Equal(status, refused.Status);
        Assert.NotNull(refused.Head.Value("Retry-After"));
        Assert.False(refused.Head.Has("x-should-retry"));
        Assert.Equal(value, Member(await refused.ReadTextAsync(), member));
    }

    /// <summary>It may have done the work, which an SDK would have it do twice more.</summary>
    [Theory]
    [InlineData("POST", "false")]
    [InlineData("GET", null)]
    public async Task A_service_that_had_the_request_and_broke_off(string method, string? shouldRetry)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        upstream.Serve(exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        });

        using var refused = await gateway.SendAsync(method, "/v1/chat/completions", null, method == "POST" ? "{}" : "");

        Assert.Equal((502, shouldRetry), (refused.Status, refused.Head.Value("x-should-retry")));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "A: b", 503, "error.code", "gateway_drained")]
    [InlineData("/v1/messages", "A: b", 529, "error.type", "overloaded_error")]
    public async Task A_gateway_that_goes_down(string target, string field, int status, string member, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:FinishWindow=300s");
        using var held = await gateway.BeginAsync("POST", target, [field], "{}");
        var exchange = await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Wire.Deadline.UntilAsync(() => gateway.Streams.Draining);

        using var refused = await gateway.SendAsync("POST", target, [field], "{}");

        Assert.Equal(status, refused.Status);
        Assert.NotNull(refused.Head.Value("Retry-After"));
        Assert.Equal(value, Member(await refused.ReadTextAsync(), member));
        await exchange.AnswerAsync(200, "application/json", "{}");
        await stopping;
    }

    /// <summary>Its client would never ask again.</summary>
    [Fact]
    public async Task The_stream_that_an_mcp_client_listens_on_is_never_refused_with_429()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1", "SseGateway:Refusal=Status");
        var (_, held) = await gateway.OpenStreamAsync(upstream);
        using var _ = held;

        using var refused = await gateway.OpenAsync("/mcp", "MCP-Protocol-Version: 2025-11-25");

        Assert.Equal(503, refused.Status);
        Assert.Equal("gateway_limit", Member(await refused.ReadTextAsync(), "error.data.reason"));
    }

    private static string? Member(string json, string path) =>
        path.Split('.').Aggregate(JsonDocument.Parse(json).RootElement, (element, name) => element.GetProperty(name)).GetString();
}
