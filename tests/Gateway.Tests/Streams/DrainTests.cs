using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Streams;

/// <summary>A gateway that goes down without a storm: PITFALLS 11, 24 to 26; catalogue 7.4.13.</summary>
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
        for (var i = 0; i < Count; i++) responses.Add((await gateway.OpenStreamAsync(upstream)).Response);
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
        var (_, first) = await gateway.OpenStreamAsync(upstream);
        var (exchange, second) = await gateway.OpenStreamAsync(upstream);
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
        _time.Advance(TimeSpan.FromSeconds(19));
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
        _time.Advance(TimeSpan.FromSeconds(20));
        await response.ExpectAbortAsync("");
        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
        await PassAsync(stopping);
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions")]
    [InlineData("POST", "/answers")]
    public async Task What_was_asked_before_is_answered_whole(string method, string target)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (_, open) = await gateway.OpenStreamAsync(upstream);
        using var client = await gateway.BeginAsync(method, target, ["Accept: application/json"], "?");
        var exchange = await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);

        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        await exchange.SendAsync("data: the answer\n\n");
        await response.ExpectAsync("data: the answer\n\n");
        Assert.False(stopping.IsCompleted);
        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);
        open.Dispose();
        await PassAsync(stopping);
    }

    [Fact]
    public async Task An_answer_that_is_expected_to_be_a_stream_is_waited_for()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", ["Accept: application/json"], "?");
        var exchange = await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(stopping.IsCompleted);

        await exchange.AnswerAsync(200, "text/event-stream", "data: the answer\n\n");
        using var response = await client.ReadResponseAsync();
        Assert.Equal((200, "data: the answer\n\n"), (response.Status, await response.ReadTextAsync()));
        await PassAsync(stopping);
    }

    [Fact]
    public async Task What_outlasts_the_window_without_an_answer_is_not_to_be_asked_again()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat/completions", ["Accept: application/json"], "?");
        await upstream.NextAsync();
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        await PassAsync(stopping);

        using var response = await client.ReadResponseAsync();
        Assert.Equal((503, "false"), (response.Status, response.Head.Value("x-should-retry")));
    }

    [Fact]
    public async Task Frame_under_way_comes_to_its_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
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
        GatewayUnderTest.StartAsync(upstream, _time, "SseGateway:DrainWindow=20s", "SseGateway:Heartbeat=0");

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
