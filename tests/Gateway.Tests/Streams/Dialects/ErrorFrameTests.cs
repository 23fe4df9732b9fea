using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>What the gateway itself ends is an error in the words of who reads it, between two events, and then a cut.</summary>
public sealed class ErrorFrameTests
{
    private const string Drained = "The gateway is going down; the answer is not complete";

    private static readonly string[] Json = ["Content-Type: application/json"];

    public static TheoryData<string, string, string, string> Frames => new()
    {
        { "/v1/chat/completions", "", "data: {\"n\":1}\n\n", ChatFrame("server_error", "gateway_drained", Drained) },
        {
            "/v1/responses", "", "event: a\ndata: {\"type\":\"a\",\"delta\":\"\\\"sequence_number\\\":77\",\"sequence_number\": 41}\n\n",
            $$"""
            event: error
            data: {"type":"error","code":"gateway_drained","message":"{{Drained}}","param":null,"sequence_number":42}


            """
        },
        {
            "/v1/messages", "", "event: ping\ndata: {}\n\n",
            $$$"""
            event: error
            data: {"type":"error","error":{"type":"overloaded_error","message":"{{{Drained}}} (gateway_drained)"}}


            """
        },
        {
            "/api/chat", "x-vercel-ai-ui-message-stream: v1", "data: {\"type\":\"start\"}\n\n",
            $$"""data: {"type":"error","errorText":"{{Drained}} (gateway_drained)"}""" + "\n\n"
        },
        { "/threads/a/runs/stream", "Content-Location: /threads/a/runs/b", "event: values\ndata: {}\n\n", "" },
        { "/graphql", "", "event: next\ndata: {}\n\n", "" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task A_drain_is_told_in_the_dialect_of_the_stream_and_the_stream_is_cut(string target, string field, string events, string frame)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (_, response) = await OpenAsync(gateway, upstream, target, events, field);
        using var _ = response;

        var stopping = gateway.BeginStop(CancellationToken.None);

        await response.ExpectAbortAsync(frame.ReplaceLineEndings("\n"));
        await stopping;
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task A_dialect_can_be_said_where_nothing_tells_it_and_taken_back_where_something_does()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [.. GatewayUnderTest.Route("agent", "/agent", upstream.Url), .. GatewayUnderTest.Route("plain", "/v1/{**path}", upstream.Url)],
            "SseGateway:Routes:agent:Dialect=AgUi", "SseGateway:Routes:plain:Dialect=None");
        var (_, agent) = await OpenAsync(gateway, upstream, "/agent", "data: {}\n\n");
        var (_, plain) = await OpenAsync(gateway, upstream, "/v1/chat/completions", "data: {}\n\n");

        var stopping = gateway.BeginStop(CancellationToken.None);

        await agent.ExpectAbortAsync($$"""data: {"type":"RUN_ERROR","message":"{{Drained}}","code":"gateway_drained"}""" + "\n\n");
        await plain.ExpectAbortAsync("");
        await stopping;
        agent.Dispose();
        plain.Dispose();
    }

    [Fact]
    public async Task A_service_that_breaks_off_between_two_events_is_told_of()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await OpenAsync(gateway, upstream, "/v1/chat/completions", "data: {}\n\n");
        using var _ = response;

        exchange.Cut();

        await response.ExpectAbortAsync(ChatFrame("server_error", "gateway_upstream_failed", "The service broke off in the middle of its answer"));
    }

    /// <summary>Half of it would be dispatched with the error in it, or instead of it.</summary>
    [Theory]
    [InlineData("data: {\"half")]
    [InlineData("data: {}\n")]
    public async Task A_service_that_breaks_off_within_an_event_is_a_cut_alone(string half)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await OpenAsync(gateway, upstream, "/v1/chat/completions", half);
        using var _ = response;

        exchange.Cut();

        await response.ExpectAbortAsync("");
    }

    [Fact]
    public async Task The_end_of_the_service_passes_as_it_was()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await OpenAsync(gateway, upstream, "/v1/chat/completions", "data: {}\n\n");
        using var _ = response;

        await exchange.EndAsync();

        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    [Fact]
    public async Task The_frame_has_the_line_ends_of_the_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await OpenAsync(gateway, upstream, "/v1/chat/completions", "data: {}\r\n\r\n");
        using var _ = response;

        exchange.Cut();

        await response.ExpectAbortAsync(
            ChatFrame("server_error", "gateway_upstream_failed", "The service broke off in the middle of its answer")
                .Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    /// <summary>The id is wherever its client has put it, and the body the service gets is the one that was sent.</summary>
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call"}""", "7")]
    [InlineData("""{"method":"tools/call","params":{"name":"x","id":1,"a":[{"id":2}],"text":"\"id\":3"},"jsonrpc":"2.0","id":"a-\u00e4\"b"}""",
        "\"a-\\u00e4\\\"b\"")]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"method":"tools/call"}]""", null)]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":1},"method":"tools/call"}""", null)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/call"}""", null)]
    [InlineData("""{"jsonrpc":"2.0","id":01x,"method":"tools/call"}""", null)]
    [InlineData("no json", null)]
    public async Task A_call_of_mcp_is_answered_with_its_own_id(string call, string? id)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/mcp", [.. Json, "Mcp-Method: tools/call"], call);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(call);
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await exchange.SendAsync("data: {}\n\n");
        await response.ExpectAsync("data: {}\n\n");

        var stopping = gateway.BeginStop(CancellationToken.None);

        await response.ExpectAbortAsync(id is null ? "" : $$$$"""
            data: {"jsonrpc":"2.0","id":{{{{id}}}},"error":{"code":-32000,"message":"{{{{Drained}}}}","data":{"reason":"gateway_drained"}}}


            """.ReplaceLineEndings("\n"));
        await stopping;
    }

    /// <summary>Its client asks for the rest of it with a GET: the call is not over.</summary>
    [Fact]
    public async Task A_call_of_mcp_whose_stream_has_ids_is_sent_away_and_not_answered()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync(
            "POST", "/mcp", [.. Json, "MCP-Protocol-Version: 2025-11-25", "Accept: application/json, text/event-stream"], """{"id":1}""");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await exchange.SendAsync("id: 1\ndata:\n\n");
        await response.ExpectAsync("id: 1\ndata:\n\n");

        var stopping = gateway.BeginStop(CancellationToken.None);

        Assert.Matches("^retry: [12][0-9]{4}\n$", await response.ReadLineAsync() + "\n");
        await response.ExpectEndAsync("\n", BodyEnding.Clean);
        await stopping;
    }

    /// <summary>It has no end to wait for, and its client listens again.</summary>
    [Fact]
    public async Task A_subscription_of_mcp_ends_with_its_result_early_in_a_drain()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:FinishWindow=300s");
        using var client = await gateway.BeginAsync("POST", "/mcp", [.. Json, "Mcp-Method: subscriptions/listen"], "{\"id\":\"l\"}");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await exchange.SendAsync("data: {}\n\n");
        await response.ExpectAsync("data: {}\n\n");

        var stopping = gateway.BeginStop(CancellationToken.None);

        await response.ExpectEndAsync(
            """
            data: {"jsonrpc":"2.0","id":"l","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":"l"}}}


            """,
            BodyEnding.Clean);
        await stopping;
    }

    [Fact]
    public async Task An_operators_end_is_told_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (_, response) = await OpenAsync(gateway, upstream, "/v1/chat/completions", "data: {}\n\n");
        using var _ = response;

        Assert.Equal(1, gateway.Streams.End(_ => true, CloseReason.Revoked));

        await response.ExpectAbortAsync(ChatFrame("server_error", "gateway_revoked", "The credential was revoked; the answer is not complete"));
    }

    private static string ChatFrame(string type, string code, string message) =>
        $$$$"""data: {"error":{"message":"{{{{message}}}}","type":"{{{{type}}}}","param":null,"code":"{{{{code}}}}"}}""" + "\n\n";

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, string target, string events, string field = "")
    {
        var client = await gateway.BeginAsync("POST", target, Json, "{}");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync(field.Length > 0 ? [field] : []);
        var response = await client.ReadResponseAsync();
        await exchange.SendAsync(events);
        await response.ExpectAsync(events);
        return (exchange, response);
    }
}
