using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>A service that thinks for long, and clients, or what is in front of them, that do not wait for so long without a byte.</summary>
public sealed class OpenAfterTests
{
    private static readonly string[] Json = ["Content-Type: application/json"];

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "Accept: application/json", "{\"model\":\"m\",\"stream\":true}")]
    [InlineData("POST", "/v1/messages", "anthropic-version: 2023-06-01", "{\"stream\": true,\"messages\":[{\"stream\":false}]}")]
    [InlineData("POST", "/ask", "Accept: text/event-stream", "{}")]
    [InlineData("GET", "/events", "Accept: text/event-stream", "")]
    [InlineData("GET", "/v1/responses/r?stream=true", "Accept: application/json", "")]
    public async Task A_silent_service_gives_a_head_and_comments_and_then_its_stream(string method, string target, string field, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, "SseGateway:Heartbeat=2s");
        using var client = await gateway.BeginAsync(method, target, method == "POST" ? [.. Json, field] : [field], body);
        var exchange = await ArriveAsync(upstream, body);

        using var response = await SilentAsync(client);
        Assert.Equal((200, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        await PassUntilAsync(gateway, stream => stream.Bytes > 0);
        Assert.Equal(":", await response.ReadLineAsync());

        await exchange.StartStreamAsync();
        await exchange.SendAsync("data: a\n\n");
        string line;
        do
        {
            line = await response.ReadLineAsync();
        }
        while (line is "" or ":");
        Assert.Equal("data: a", line);
        await exchange.EndAsync();
        await response.ExpectEndAsync("\n", BodyEnding.Clean);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "Accept: application/json", "{\"stream\":false}")]
    [InlineData("POST", "/v1/chat/completions", "Accept: application/json", "{\"a\":{\"stream\":true}}")]
    [InlineData("POST", "/graphql", "Accept: application/json, text/event-stream", "{}")]
    [InlineData("POST", "/form", "Accept: */*", "{}")]
    [InlineData("GET", "/page", "Accept: text/html", "")]
    public async Task Who_may_wait_for_something_else_waits_on(string method, string target, string field, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync(method, target, [.. Json, field], body);
        var exchange = await ArriveAsync(upstream, body);
        _time.Advance(TimeSpan.FromSeconds(30));

        await exchange.AnswerAsync(418, "application/json", "{}");

        using var response = await client.ReadResponseAsync();
        Assert.Equal(418, response.Status);
    }

    [Fact]
    public async Task A_service_that_answers_in_time_has_its_own_head()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{\"stream\":true}");
        var exchange = await ArriveAsync(upstream, "{\"stream\":true}");

        await exchange.StartStreamAsync("X-Mine: yes");

        using var response = await client.ReadResponseAsync();
        Assert.Equal("yes", response.Head.Value("X-Mine"));
    }

    [Fact]
    public async Task A_later_refusal_is_an_error_in_the_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{\"stream\":true}");
        var exchange = await ArriveAsync(upstream, "{\"stream\":true}");
        using var response = await SilentAsync(client);

        await exchange.AnswerAsync(429, "text/plain", "no more tokens");

        await response.ExpectAbortAsync(
            "data: {\"error\":{\"message\":\"The service answered 429: no more tokens\""
                + ",\"type\":\"server_error\",\"param\":null,\"code\":\"gateway_upstream_refused\"}}\n\n");
    }

    [Fact]
    public async Task A_later_answer_that_is_no_stream_is_an_error_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{\"stream\":true}");
        var exchange = await ArriveAsync(upstream, "{\"stream\":true}");
        using var response = await SilentAsync(client);

        await exchange.AnswerAsync(200, "application/json", "{}");

        Assert.Contains("gateway_upstream_no_stream", await response.ReadLineAsync(), StringComparison.Ordinal);
        await response.ExpectAbortAsync("\n");
    }

    [Fact]
    public async Task An_event_source_comes_back_after_a_later_refusal()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", Browser.EventSourceFields);
        var exchange = await upstream.NextAsync();
        using var response = await SilentAsync(client);

        await exchange.AnswerAsync(503, "text/plain", "");

        Assert.Matches("^retry: [0-9]{4}$", await response.ReadLineAsync());
        await response.ExpectEndAsync("\n", BodyEnding.Clean);
    }

    /// <summary>The transport lets a server answer with either (2025-11-25, "Sending Messages to the Server").</summary>
    [Fact]
    public async Task A_later_json_answer_of_mcp_is_the_one_event_of_the_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync(
            "POST", "/mcp", [.. Json, "Accept: application/json, text/event-stream", "MCP-Protocol-Version: 2025-11-25"], "{\"id\":1}");
        var exchange = await ArriveAsync(upstream, "{\"id\":1}");
        using var response = await SilentAsync(client);

        await exchange.AnswerAsync(200, "application/json", "{\r\n\"id\":1}\n");

        await response.ExpectEndAsync("data: {  \"id\":1} \n\n", BodyEnding.Clean);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_as_without_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(
            upstream, "SseGateway:Timeouts:Head=60s", "SseGateway:Timeouts:Write=90s", "SseGateway:Heartbeat=0");
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{\"stream\":true}");
        var exchange = await ArriveAsync(upstream, "{\"stream\":true}");
        using var response = await SilentAsync(client);

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Contains("gateway_upstream_timeout", await response.ReadLineAsync(), StringComparison.Ordinal);
        await response.ExpectAbortAsync("\n");
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_is_left_by_the_gateway_at_the_service()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", Json, "{\"stream\":true}");
        var exchange = await ArriveAsync(upstream, "{\"stream\":true}");
        using var response = await SilentAsync(client);

        client.Leave();

        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
    }

    [Fact]
    public async Task Clients_of_a_shared_stream_do_not_wait_for_its_head_either()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 4"]);
        var exchange = await upstream.NextAsync();
        using var response = await SilentAsync(client);
        using var second = await gateway.OpenAsync("/events", "Last-Event-ID: 4");
        Assert.Equal((200, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        Assert.Equal("4", exchange.Request.Value("Last-Event-ID"));

        await exchange.StartStreamAsync();
        await exchange.SendAsync(Share.Events(5, 6));

        await response.ExpectAsync(Share.Events(5, 6));
        await second.ExpectAsync(Share.Events(5, 6));
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Clients_of_a_shared_stream_are_sent_away_after_a_later_refusal_and_get_it_when_they_come_back()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var client = await gateway.BeginAsync("GET", "/events", Browser.EventSourceFields);
        var exchange = await upstream.NextAsync();
        using var response = await SilentAsync(client);

        await exchange.AnswerAsync(404, "text/plain", "no such thing");

        Assert.Matches("^retry: [0-9]{3,5}$", await response.ReadLineAsync());
        await response.ExpectEndAsync("\n", BodyEnding.Clean);
        using var back = await gateway.BeginAsync("GET", "/events", Browser.EventSourceFields);
        await (await upstream.NextAsync()).AnswerAsync(404, "text/plain", "no such thing");
        using var answer = await back.ReadResponseAsync();
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task Clients_that_have_been_at_different_places_wait_for_what_tells_how_each_goes_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, [.. Share.With(), "SseGateway:Heartbeat=0"]);
        using var one = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 4"]);
        var exchange = await upstream.NextAsync();
        using var two = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 5"]);
        await Deadline.UntilAsync(() => gateway.Streams.Count == 2);
        var reading = Task.WhenAll(one.ReadResponseAsync(), two.ReadResponseAsync());
        for (var i = 0; i < 20; i++) _time.Advance(TimeSpan.FromSeconds(1));

        await exchange.StartStreamAsync();
        await exchange.SendAsync(Share.Events(5, 6));

        foreach (var response in await reading) Assert.Equal("exact", response.Head.Value("Sse-Resume"));
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, params string[] settings) =>
        GatewayUnderTest.StartAsync(upstream, _time, ["SseGateway:OpenAfter=10s", .. settings]);

    private static async Task<UpstreamExchange> ArriveAsync(ScriptedUpstream upstream, string body)
    {
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(body);
        return exchange;
    }

    // The body has arrived, but the gateway may not know yet that it has been sent.
    private async Task<RawResponse> SilentAsync(RawClient client)
    {
        var reading = client.ReadResponseAsync();
        await Deadline.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return reading.IsCompleted;
        });
        return await reading;
    }

    private async Task PassUntilAsync(GatewayUnderTest gateway, Func<LiveStream, bool> isSo)
    {
        var stream = Assert.Single(gateway.Streams.Streams);
        await Deadline.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return isSo(stream);
        });
    }
}
