using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Streams.Limits;
using Xunit;

namespace Gateway.Tests.Streams.Admission;

/// <summary>The POSTs of an MCP client are calls: counted apart, beside its one stream, and never against it.</summary>
public sealed class CallTests
{
    private static readonly string[] Call =
        ["Accept: application/json, text/event-stream", "Content-Type: application/json", "MCP-Protocol-Version: 2025-11-25", "Mcp-Session-Id: one"];

    private static readonly string[] Listen = ["Accept: text/event-stream", "MCP-Protocol-Version: 2025-11-25", "Mcp-Session-Id: one"];

    public static TheoryData<string> Limits => ["Streams", "StreamsPerRoute", "StreamsPerAddress", "ConnectsPerSecond"];

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task With_the_only_stream_taken_calls_go_on_whatever_the_form_of_their_answer(string limit)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:Limits:{limit}=1");
        using var stream = await ListenAsync(gateway, upstream);

        for (var round = 0; round < 3; round++)
        {
            foreach (var (status, type) in new[] { (200, "application/json"), (202, ""), (200, "text/event-stream") })
            {
                using var client = await gateway.BeginAsync("POST", "/mcp", Call, "{}");
                await (await upstream.NextAsync()).AnswerAsync(status, type, "data: {}\n\n");
                using var response = await client.ReadResponseAsync();
                Assert.Equal((status, "data: {}\n\n"), (response.Status, await response.ReadTextAsync()));
            }
        }
    }

    [Theory]
    [InlineData("POST", "Accept: application/json, text/event-stream")] // an MCP client's initialize
    [InlineData("POST", "Accept: application/json;q=0.9, text/event-stream;q=0.5")]
    [InlineData("POST", "Accept: application/graphql-response+json, application/json, text/event-stream, multipart/mixed")] // a query of urql
    [InlineData("DELETE", "Accept: application/json, text/event-stream", "Mcp-Session-Id: one")] // as the MCP SDK for Python ends a session
    public async Task Who_takes_json_as_well_as_a_stream_calls_too(string method, params string[] fields)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:StreamsPerAddress=1");
        using var stream = await ListenAsync(gateway, upstream);

        using var client = await gateway.BeginAsync(method, "/any", fields, method == "POST" ? "{}" : "");

        await (await upstream.NextAsync()).AnswerAsync(200, "application/json", "{}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Calls_under_way_have_a_limit_of_their_own_and_are_refused_before_the_service_is_asked()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:StreamsPerAddress=1");
        var calls = new List<RawResponse>();
        for (var i = 0; i < 1 + StreamLimiter.CallsBeside; i++) calls.Add(await gateway.SendAsync("POST", "/mcp", Call, "{}"));
        Assert.All(calls, call => Assert.Equal(200, call.Status));

        using var refused = await gateway.SendAsync("POST", "/mcp", Call, "{}");
        using var stream = await gateway.SendAsync("GET", "/mcp", Listen);

        Assert.Equal((429, 200), (refused.Status, stream.Status));
        Assert.Equal(calls.Count + 1, upstream.RequestCount);
        calls.ForEach(call => call.Dispose());
    }

    [Fact]
    public async Task A_call_ends_no_stream_of_its_subject()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Edge.Authentication.Tokens.RequireHs256(), "SseGateway:Limits:StreamsPerSubject=1", "SseGateway:Limits:OnSubjectLimit=EvictOldest"]);
        var token = $"Authorization: Bearer {Edge.Authentication.Tokens.For("ada")}";
        using var stream = await gateway.SendAsync("GET", "/mcp", [.. Listen, token]);
        using var call = await gateway.SendAsync("POST", "/mcp", [.. Call, token], "{}");

        Assert.Equal((200, 200), (stream.Status, call.Status));
        Assert.Equal(2, gateway.Streams.Streams.Count(live => live.Reason == SseGateway.Streams.Life.CloseReason.None));
    }

    [Theory]
    [InlineData("Auto", 200)]
    [InlineData("InBand", 200)]
    [InlineData("Status", 503)]
    public async Task The_stream_of_an_mcp_client_is_refused_in_a_way_after_which_it_asks_again(string mode, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:StreamsPerAddress=1", $"SseGateway:Refusal={mode}");
        using var stream = await ListenAsync(gateway, upstream);

        using var refused = await gateway.SendAsync("GET", "/mcp", Listen);

        Assert.Equal((status, status != 200), (refused.Status, refused.Head.Has("Retry-After")));
        var body = await refused.ReadTextAsync();
        if (status == 200) Assert.Matches("^retry: [0-9]+\n\n$", body);
    }

    private static async Task<RawResponse> ListenAsync(GatewayUnderTest gateway, ScriptedUpstream upstream)
    {
        var client = await gateway.BeginAsync("GET", "/mcp", Listen);
        await (await upstream.NextAsync()).StartStreamAsync();
        return await client.ReadResponseAsync();
    }
}
