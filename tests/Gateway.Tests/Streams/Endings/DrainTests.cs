using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>A gateway that goes down without a storm: catalogue 7.4.13.</summary>
[Trait("Case", "7.4.13")]
public sealed class DrainTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Streams_end_evenly_over_the_window_each_with_a_time_of_its_own_to_come_back()
    {
        const int Count = 20;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var responses = new List<RawResponse>();
        for (var i = 0; i < Count; i++) responses.Add((await gateway.OpenEventSourceAsync(upstream)).Response);
        var texts = responses.Select(response => response.ReadTextAsync()).ToArray();
        await OpenedAsync(gateway, Count);

        var stopping = gateway.BeginStop(CancellationToken.None);
        for (var second = 0; second < 20; second++)
        {
            // One a second: at no time have more than that ended.
            await Deadline.UntilAsync(() => gateway.Streams.Count <= Count - 1 - second);
            Assert.Equal(Count - 1 - second, gateway.Streams.Count);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await PassAsync(stopping);
        var times = (await Task.WhenAll(texts)).Select(text => Assert.Single(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))).ToHashSet();
        Assert.All(times, time => Assert.StartsWith("retry: ", time, StringComparison.Ordinal));
        Assert.InRange(times.Count, Count / 2, Count);
        responses.ForEach(response => response.Dispose());
    }

    [Fact]
    public async Task New_streams_are_refused_and_other_requests_are_answered_and_lose_their_connection()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (_, first) = await gateway.OpenEventSourceAsync(upstream);
        var (exchange, second) = await gateway.OpenEventSourceAsync(upstream);
        await OpenedAsync(gateway, 2);
        using var hurry = new CancellationTokenSource();
        var stopping = gateway.BeginStop(hurry.Token);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);

        using (var browser = await gateway.OpenAsBrowserAsync())
        {
            Assert.Equal(200, browser.Status);
            var text = await browser.ReadTextAsync();
            Assert.Matches("(?s)retry: [0-9]+.*event: gateway.refused|event: gateway.refused.*retry: [0-9]+", text);
            Assert.Contains("\"reason\":\"drained\"", text, StringComparison.Ordinal);
        }

        using (var program = await gateway.OpenAsync())
        {
            Assert.Equal(503, program.Status);
            Assert.NotNull(program.Head.Value("Retry-After"));
            Assert.Equal("drained", JsonDocument.Parse(await program.ReadTextAsync()).RootElement.GetProperty("reason").GetString());
        }

        using (var client = await gateway.BeginAsync("GET", "/rooms"))
        {
            await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "rooms");
            using var ordinary = await client.ReadResponseAsync();
            Assert.Equal((200, "close"), (ordinary.Status, ordinary.Head.Value("Connection")));
        }

        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await Deadline.ForAsync(stopping);
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Post_stream_may_finish()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, response) = await PostAsync(gateway, upstream);
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(59));
        await exchange.SendAsync("data: the last token\n\n");
        await response.ExpectAsync("data: the last token\n\n");
        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);
        await PassAsync(stopping);
    }

    [Fact]
    public async Task Post_stream_that_outlasts_the_window_is_cut_and_not_passed_off_as_whole()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, response) = await PostAsync(gateway, upstream);
        await exchange.SendAsync("data: 1\n\n");
        await response.ExpectAsync("data: 1\n\n");
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(60));
        await response.ExpectAbortAsync("");
        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
        await PassAsync(stopping);
    }

    /// <summary>What was asked before may be made already, and paid for, when its head comes: catalogue 7.4.13.</summary>
    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    [InlineData("application/json, text/event-stream")]
    [InlineData("*/*")]
    public async Task Post_whose_head_is_late_has_its_whole_answer_and_is_waited_for(string accept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", [$"Accept: {accept}"], "{}");
        var exchange = await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(stopping.IsCompleted);

        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        await exchange.SendAsync("data: token\n\n");
        await response.ExpectAsync("data: token\n\n");
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(stopping.IsCompleted);
        await exchange.SendAsync("data: [DONE]\n\n");
        await exchange.EndAsync();
        await response.ExpectEndAsync("data: [DONE]\n\n", BodyEnding.Clean);
        await PassAsync(stopping);
    }

    /// <summary>Node's fetch takes the end of a connection that is to close for the end of the body, so a cut would be a clean end there.</summary>
    [Theory]
    [InlineData("X-Asks: nothing", "keep-alive")]
    [InlineData("Connection: close", "close")]
    public async Task Head_of_a_stream_that_is_asked_for_in_a_drain_and_will_be_cut_does_not_say_that_the_connection_closes(string field, string expected)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (_, first) = await PostAsync(gateway, upstream);
        await OpenedAsync(gateway, 1);
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);

        using var client = await gateway.BeginAsync("POST", "/v1/answers", ["Accept: */*", field], "{}");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        Assert.Equal((200, expected, "chunked"), (response.Status, response.Head.Value("Connection"), response.Head.Value("Transfer-Encoding")));

        await OpenedAsync(gateway, 2);
        _time.Advance(TimeSpan.FromSeconds(60));
        await response.ExpectAbortAsync("");
        first.Dispose();
        await PassAsync(stopping);
    }

    [Theory]
    [InlineData("POST", "application/json")]
    [InlineData("POST", "text/event-stream")]
    [InlineData("GET", "*/*")]
    [InlineData("GET", "text/event-stream")]
    public async Task Answer_that_turns_out_to_be_no_stream_is_waited_for_too(string method, string accept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync(method, "/v1/answers", [$"Accept: {accept}"]);
        var exchange = await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(stopping.IsCompleted);

        await exchange.AnswerAsync(200, "application/json", "{}");
        using var response = await client.ReadResponseAsync();
        Assert.Equal((200, "{}"), (response.Status, await response.ReadTextAsync()));
        await PassAsync(stopping);
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/event-stream")]
    public async Task Get_whose_head_is_late_has_its_stream_until_the_end_of_the_window(string accept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", [$"Accept: {accept}"]);
        var exchange = await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(5));

        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        await OpenedAsync(gateway, 1);
        _time.Advance(TimeSpan.FromSeconds(16));
        await response.ExpectAbortAsync("");
        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
        await PassAsync(stopping);
    }

    [Fact]
    public async Task What_cannot_be_asked_for_again_has_a_window_of_its_own_and_the_last_of_it_ends_the_drain()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, _time, "SseGateway:DrainWindow=20s", $"SseGateway:FinishWindow={new GatewaySettings().FinishWindow}", "SseGateway:Heartbeat=0");
        var (post, answer) = await PostAsync(gateway, upstream);
        var (_, events) = await gateway.OpenEventSourceAsync(upstream);
        await OpenedAsync(gateway, 2);
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.StartsWith("retry: ", await events.ReadTextAsync(), StringComparison.Ordinal);

        for (var second = 21; second < 90; second += 3)
        {
            await post.SendAsync("data: token\n\n");
            await answer.ExpectAsync("data: token\n\n");
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.False(stopping.IsCompleted);
        await post.EndAsync();
        await answer.ExpectEndAsync("", BodyEnding.Clean);
        events.Dispose();
        await PassAsync(stopping);
    }

    [Fact]
    public async Task Frame_under_way_comes_to_its_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, response) = await gateway.OpenEventSourceAsync(upstream);
        await exchange.SendAsync("id: 7\ndata: ha");
        await response.ExpectAsync("id: 7\ndata: ha");
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        await exchange.SendAsync("lf\n\nid: 8\ndata: for the next gateway\n\n");
        Assert.Matches("^lf\n\nretry: [0-9]+\n\n$", await response.ReadTextAsync());
        response.Dispose();
        await PassAsync(stopping);
    }

    // Clients have the heads a moment before the gateway knows that they have; until then a stream's end is not put off.
    private static Task OpenedAsync(GatewayUnderTest gateway, int count) =>
        Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream.State == StreamState.Open) == count);

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream) =>
        GatewayUnderTest.StartAsync(upstream, _time, "SseGateway:DrainWindow=20s", "SseGateway:FinishWindow=60s", "SseGateway:Heartbeat=0");

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> PostAsync(GatewayUnderTest gateway, ScriptedUpstream upstream)
    {
        var client = await gateway.BeginAsync("POST", "/answers", ["Accept: text/event-stream"], "?");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        return (exchange, await client.ReadResponseAsync());
    }

    // The drain looks at its clock every 50 ms of it.
    private Task PassAsync(Task stopping) => Deadline.UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(50));
        return stopping.IsCompleted;
    });
}
