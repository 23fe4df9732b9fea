using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Streams.Admission;

/// <summary>Whoever is likely to get a stream is refused before the service is asked for it, and so pays for no answer that nobody gets.</summary>
public sealed class ExpectedStreamTests
{
    private static readonly string[] Json = ["Accept: application/json", "Content-Type: application/json"];

    public static TheoryData<string, string, string> Likely => new()
    {
        { "POST", "/v1/chat/completions", "Accept: application/json" },
        { "POST", "/v1/completions", "Accept: application/json" },
        { "POST", "/ask?stream=true", "Accept: */*" },
        { "POST", "/openai/deployments/x/chat/completions?api-version=2025-01-01", "Accept: */*" },
        { "POST", "/V1/Chat/Completions/", "Accept: application/json" },
        { "POST", "/responses", "Accept: application/json" },
        { "POST", "/v1/messages", "Accept: application/json" },
        { "POST", "/proxy/messages", "anthropic-version: 2023-06-01" },
        { "POST", "/v1beta/models/m:streamGenerateContent?alt=sse", "Accept: */*" },
        { "GET", "/v1/responses/resp_1?stream=true&starting_after=3", "Accept: application/json" },
        { "GET", "/streams/a?offset=-1&live=sse", "Accept: */*" },
        { "POST", "/mcp", "Mcp-Method: subscriptions/listen" },
        { "POST", "/graphql", "Accept: text/event-stream, multipart/mixed" },
        { "POST", "/v1/messages", "Accept: application/json, text/event-stream" },
        { "GET", "/anything", "Accept: application/json, text/event-stream" },
    };

    [Theory]
    [MemberData(nameof(Likely))]
    public async Task By_path_or_fields_it_is_refused_before_the_service_is_asked(string method, string target, string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        var (_, open) = await gateway.OpenStreamAsync(upstream);
        using var held = open;

        using var refused = await gateway.SendAsync(method, target, [field], method == "POST" ? "{}" : "");

        Assert.Equal((429, false), (refused.Status, refused.Head.Has("x-should-retry")));
        Assert.True(refused.Head.Has("Retry-After"));
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [InlineData("GET", "/v1/responses/resp_1", "Accept: application/json")]
    [InlineData("POST", "/v1/chat", "Accept: application/json")]
    [InlineData("POST", "/v1/messages/batches", "anthropic-version: 2023-06-01")]
    [InlineData("GET", "/chat/completions", "Accept: */*")]
    [InlineData("DELETE", "/mcp", "Mcp-Session-Id: a")]
    [InlineData("HEAD", "/events", "Accept: text/event-stream")]
    public async Task Without_a_sign_it_is_asked_though_there_is_no_place(string method, string target, string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        var (_, open) = await gateway.OpenStreamAsync(upstream);
        using var held = open;

        using var client = await gateway.BeginAsync(method, target, [field], method == "POST" ? "{}" : "");

        await (await upstream.NextAsync()).AnswerAsync(200, "application/json", method == "HEAD" ? "" : "{}");
        Assert.Equal(200, (await client.ReadResponseAsync(toHead: method == "HEAD")).Status);
    }

    [Theory]
    [InlineData("/threads/thread_1/runs", "/threads/thread_2/runs")]
    [InlineData("/threads/1868a90c-1111-4222-8333-444455556666/runs", "/threads/c5d0aa01-1111-4222-8333-444455556666/runs")]
    [InlineData("/answers", "/answers?again")]
    [InlineData("/answers", "/answers/")]
    public async Task A_path_whose_last_answer_was_a_stream_is_expected_to_give_one_again(string first, string second)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        using var client = await gateway.BeginAsync("POST", first, Json, "{}");
        await (await upstream.NextAsync()).StartStreamAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        using var refused = await gateway.SendAsync("POST", second, Json, "{}");

        Assert.Equal((429, 1), (refused.Status, upstream.RequestCount));
    }

    [Fact]
    public async Task Parts_of_a_path_that_the_route_has_names_for_are_all_the_same()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("rooms", "/rooms/{room}/ask", upstream.Url), "SseGateway:Limits:Streams=1");
        using var client = await gateway.BeginAsync("POST", "/rooms/lobby/ask", Json, "{}");
        await (await upstream.NextAsync()).StartStreamAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        using var refused = await gateway.SendAsync("POST", "/rooms/kitchen/ask", Json, "{}");

        Assert.Equal((429, 1), (refused.Status, upstream.RequestCount));
    }

    [Fact]
    public async Task What_was_learnt_is_unlearnt_by_an_answer_of_another_kind_and_not_by_an_error()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        using (var client = await gateway.BeginAsync("POST", "/answers", Json, "{}"))
        {
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
            using var response = await client.ReadResponseAsync();
            await exchange.EndAsync();
            await response.ReadTextAsync();
        }

        await AnswerAsync(500);
        using (await HoldAsync(gateway, upstream))
        {
            using var refused = await gateway.SendAsync("POST", "/answers", Json, "{}");
            Assert.Equal(429, refused.Status);
        }

        await Deadline.UntilAsync(() => gateway.Limiter.Count == 0);
        await AnswerAsync(200);
        using (await HoldAsync(gateway, upstream))
        {
            await AnswerAsync(200);
        }

        async Task AnswerAsync(int status)
        {
            using var client = await gateway.BeginAsync("POST", "/answers", Json, "{}");
            await (await upstream.NextAsync()).AnswerAsync(status, "application/json", "{}");
            Assert.Equal(status, (await client.ReadResponseAsync()).Status);
        }
    }

    [Theory]
    [InlineData("Always", "POST", "/any", 429)]
    [InlineData("Always", "GET", "/any", 429)]
    [InlineData("Announced", "POST", "/v1/chat/completions", 200)]
    public async Task A_route_may_settle_what_it_expects(string mode, string method, string target, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1", $"SseGateway:Routes:upstream:Streams={mode}");
        using var held = await HoldAsync(gateway, upstream);

        using var client = await gateway.BeginAsync(method, target, Json, method == "POST" ? "{}" : "");
        if (status == 200)
        {
            await (await upstream.NextAsync()).AnswerAsync(200, "application/json", "{}");
        }

        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task A_place_comes_back_with_the_head_of_an_answer_that_is_no_stream(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{}");
        var exchange = await upstream.NextAsync();
        Assert.Equal(1, gateway.Limiter.Count);
        await exchange.SendHeadAsync(status, "Content-Type: application/json", "Transfer-Encoding: chunked");
        await exchange.SendAsync("{");
        using var response = await client.ReadResponseAsync();

        using var stream = await HoldAsync(gateway, upstream);

        await exchange.SendAsync("}");
        await exchange.EndAsync();
        Assert.Equal((status, "{}"), (response.Status, await response.ReadTextAsync()));
    }

    [Fact]
    public async Task An_answer_that_is_no_stream_takes_no_connect_token()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:Limits:ConnectsPerSecond=0.0001", "SseGateway:Limits:ConnectBurst=1");
        for (var i = 0; i < 5; i++)
        {
            using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{}");
            await (await upstream.NextAsync()).AnswerAsync(200, "application/json", "{}");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }

        using (await HoldAsync(gateway, upstream))
        {
            using var refused = await gateway.OpenAsync();
            Assert.Equal(429, refused.Status);
        }
    }

    private static async Task<RawResponse> HoldAsync(GatewayUnderTest gateway, ScriptedUpstream upstream)
    {
        var (_, response) = await gateway.OpenStreamAsync(upstream);
        return response;
    }
}
