using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>The upstream is lost and dialled again, and the clients stay (docs/sharing.md).</summary>
public sealed partial class RedialTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("is cut")]
    [InlineData("resets")]
    public async Task Client_sees_nothing_of_an_upstream_that_resumes(string how)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("ShareBy:0=header:X-Room"));
        var (exchange, response) = await OpenAsync(gateway, upstream, "/events?a=1", "X-Room: red");
        Lose(exchange, how);

        var again = await upstream.NextAsync();
        Assert.Equal(
            ("2", "/events?a=1", "red"), (again.Request.Value("Last-Event-ID"), again.Request.Target, again.Request.Value("X-Room")));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Events(3, 5));
        await response.ExpectAsync(Share.Events(3, 5));
        Assert.Single(gateway.Streams.Streams);
        response.Dispose();
    }

    [Theory]
    [InlineData("id: 2\ndata: 2\n\n", "")]
    [InlineData("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n", "")]
    [InlineData("data: hello\n\nid: 2\ndata: 2\n\n", "data: hello\n\n")]
    public async Task Overlap_is_dropped(string overlap, string rest)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await OpenAsync(gateway, upstream);
        exchange.Cut();
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(overlap + Share.Event(3));
        await response.ExpectAsync(rest + Share.Event(3));
        response.Dispose();
    }

    [Theory]
    [InlineData("id: 7\ndata: 7\n\nid: 8\ndata: 8\n\n", "7")]
    [InlineData("id: 1\ndata: another\n\nid: 2\ndata: another\n\n", "1")]
    [InlineData("data: without\n\nid: 9\ndata: 9\n\n", "9")]
    public async Task Every_client_gets_one_notice_of_what_an_upstream_left_out(string frames, string resumedAt)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await OpenAsync(gateway, upstream);
        using var second = await gateway.OpenAsync();
        exchange.Cut();
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(frames);
        var at = frames.IndexOf("id: " + resumedAt, StringComparison.Ordinal);
        var expected = frames[..at] + Share.Gap("2", resumedAt, "upstream") + frames[at..];
        await first.ExpectAsync(expected);
        await second.ExpectAsync(expected);

        // Who comes back later with what it had before the gap is told as well.
        using var late = await gateway.OpenAsync("/events", "Last-Event-ID: 2");
        Assert.Equal("exact", late.Head.Value("Sse-Resume"));
        if (resumedAt != "1") await late.ExpectAsync(expected);
        first.Dispose();
    }

    [Fact]
    public async Task Upstream_without_ids_leaves_a_gap_at_each_loss()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        for (var run = 0; run < 3; run++)
        {
            Assert.False(exchange.Request.Has("Last-Event-ID"));
            await exchange.SendAsync($"data: a{run}\n\ndata: b{run}\n\n");
            await response.ExpectAsync((run == 0 ? "" : Share.Gap(null, null, "upstream")) + $"data: a{run}\n\ndata: b{run}\n\n");
            if (run == 2) break;
            exchange.Cut();
            exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
        }
        response.Dispose();
    }

    /// <summary>Both ids of the notice are the gateway's own, and of events: what lies between in its count is no event that a client could know.</summary>
    [Fact]
    public async Task Notice_speaks_of_the_ids_that_clients_see()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Ids=Gateway"));
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("id: x1\ndata: a\n\n");
        var before = OwnId().Match(await response.ReadFrameAsync()).Groups[1].Value;
        await exchange.SendAsync("retry: 210\n\n");
        await response.ExpectAsync("retry: 210\n\n");
        exchange.Cut();
        var again = await upstream.NextAsync();
        Assert.Equal("x1", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync("id: x5\ndata: b\n\n");
        var notice = await response.ReadFrameAsync();
        var after = OwnId().Match(await response.ReadFrameAsync()).Groups[1].Value;
        Assert.Equal(Share.Gap(before, after, "upstream"), notice);

        using var joined = await gateway.OpenAsEventSourceAsync("/events", $"Last-Event-ID: {after}");
        await again.SendAsync("data: c\n\n");
        Assert.Equal("exact", joined.Head.Value("Sse-Resume"));
        Assert.Equal("retry: 210\n\n", await joined.ReadFrameAsync());
        Assert.Equal(await response.ReadFrameAsync(), await joined.ReadFrameAsync());
        response.Dispose();
    }

    [Fact]
    public async Task Where_notices_are_off_the_upstreams_gap_is_only_counted()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With("Notices=false"), GatewayUnderTest.WithAdmin]);
        var (exchange, response) = await OpenAsync(gateway, upstream);
        exchange.Cut();
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(9));
        await response.ExpectAsync(Share.Event(9));
        var metrics = await gateway.Admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Matches("sse_gateway_gaps_total\\{[^}]*reason=\"upstream\"[^}]*\\} 1", metrics);
        Assert.Matches("sse_gateway_shared_redials_total\\{[^}]*\\} 1", metrics);
        response.Dispose();
    }

    [Fact]
    public async Task Half_a_frame_is_dropped_and_comes_whole_when_the_upstream_resumes()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await OpenAsync(gateway, upstream);
        await exchange.SendAsync("id: 3\ndata: ha");
        exchange.Cut();
        var again = await upstream.NextAsync();
        Assert.Equal("2", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync("id: 3\ndata: half\n\n");
        await response.ExpectAsync("id: 3\ndata: half\n\n");
        response.Dispose();
    }

    [Fact]
    public async Task Client_that_comes_while_the_upstream_is_away_is_served_from_the_log()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await OpenAsync(gateway, upstream);
        exchange.Cut();
        var again = await upstream.NextAsync();
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: 1");
        await joined.ExpectAsync("exact", Share.Event(2));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(3));
        await joined.ExpectAsync(Share.Event(3));
        await first.ExpectAsync(Share.Event(3));
        first.Dispose();
    }

    [Fact]
    public async Task Upstream_that_is_busy_is_asked_again()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await OpenAsync(gateway, upstream);
        exchange.Cut();
        await (await upstream.NextAsync()).AnswerAsync(503, "text/plain", "in a moment");
        var again = await upstream.NextAsync();
        Assert.Equal("2", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(3));
        await response.ExpectAsync(Share.Event(3));
        response.Dispose();
    }

    /// <summary>What will not change by asking again: clients come back and get the answer themselves.</summary>
    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(204)]
    [InlineData(200)]
    public async Task Upstream_that_does_not_want_the_request_any_more_is_not_asked_again(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await OpenAsync(gateway, upstream, "/events", Browser.NoCache);
        using var second = await gateway.OpenAsEventSourceAsync();
        exchange.Cut();
        await (await upstream.NextAsync()).AnswerAsync(status, "text/plain", "");
        Assert.Matches("^retry: [0-9]+\n\n$", await first.ReadTextAsync());
        Assert.Matches("^retry: [0-9]+\n\n$", await second.ReadTextAsync());
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0 && gateway.Streams.Count == 0);
        Assert.Equal(2, upstream.RequestCount);

        var (_, next) = await gateway.OpenStreamAsync(upstream);
        next.Dispose();
        first.Dispose();
    }

    [Fact]
    public async Task Upstream_is_left_alone_for_as_long_as_it_asked()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With("GiveUpAfter=10m"), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, response) = await OpenAsync(gateway, upstream);
        await exchange.SendAsync("retry: 30000\n\n");
        await response.ExpectAsync("retry: 30000\n\n");
        exchange.Cut();
        await LostAsync(gateway);
        await time.PassAsync(29);
        Assert.Equal(1, upstream.RequestCount);
        await time.PassUntilAsync(() => upstream.RequestCount == 2);
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(3));
        await response.ExpectAsync(Share.Event(3));
        response.Dispose();
    }

    [Fact]
    public async Task Clients_are_sent_away_each_with_a_time_of_its_own_when_the_upstream_does_not_come_back()
    {
        const int Count = 12;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With("GiveUpAfter=60s"), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, first) = await OpenAsync(gateway, upstream, "/events", Browser.NoCache);
        var responses = new List<RawResponse> { first };
        while (responses.Count < Count) responses.Add(await gateway.OpenAsEventSourceAsync());
        await time.OpenedAsync(Count);
        var refused = 0;
        upstream.Serve(again =>
        {
            Interlocked.Increment(ref refused);
            return again.AnswerAsync(503, "text/plain", "away");
        });
        exchange.Cut();
        await LostAsync(gateway);

        await time.PassAsync(55);
        Assert.Equal(Count, time.Streams.Count());
        await time.PassUntilAsync(() => !time.Streams.Any());
        var goodbyes = new HashSet<string>();
        foreach (var response in responses)
        {
            var goodbye = await response.ReadTextAsync();
            Assert.Matches("^retry: [0-9]+\n\n$", goodbye);
            goodbyes.Add(goodbye);
            response.Dispose();
        }
        Assert.InRange(goodbyes.Count, Count / 2, Count);
        await time.AssertEndedAsync(CloseReason.UpstreamFailed, Count);

        var before = Volatile.Read(ref refused);
        using var next = await gateway.OpenAsync();
        Assert.Equal((503, "away"), (next.Status, await next.ReadTextAsync()));
        Assert.Equal(before + 1, refused);
    }

    [Fact]
    public async Task Silent_upstream_is_dialled_again_and_the_clients_stay()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, _time, [.. Share.With("GiveUpAfter=10m"), "SseGateway:Timeouts:Idle=30s", "SseGateway:Heartbeat=20s"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, response) = await OpenAsync(gateway, upstream);
        await time.OpenedAsync(1);
        await time.PassAsync(19);
        await exchange.SendAsync(":\n\n");
        var feed = Assert.Single(gateway.Services.GetRequiredService<SharedStreams>().Streams).Feed;
        await Deadline.UntilAsync(() => feed.LastBytes == gateway.Streams.Now);
        await time.PassAsync(25);
        Assert.Equal(1, upstream.RequestCount);
        await time.PassUntilAsync(() => upstream.RequestCount == 2);
        var again = await upstream.NextAsync();
        Assert.Equal("2", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(3));
        while (await response.ReadLineAsync() is var line && line != "id: 3") Assert.Equal(":", line);
        await response.ExpectAsync("data: 3\n\n");
        Assert.Equal(StreamState.Open, Assert.Single(time.Streams).State);
        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
    }

    /// <summary>A client that has got two events.</summary>
    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, string target = "/events", params string[] fields)
    {
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, target, fields);
        await exchange.SendAsync(Share.Events(1, 2));
        await response.ExpectAsync(Share.Events(1, 2));
        return (exchange, response);
    }

    private static void Lose(UpstreamExchange exchange, string how)
    {
        if (how == "resets") exchange.Reset();
        else exchange.Cut();
    }

    private static Task LostAsync(GatewayUnderTest gateway) =>
        Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("UpstreamLoop[160]", StringComparison.Ordinal)), "the loss in the log");

    [GeneratedRegex("^id: ([^\n]+)\n")]
    private static partial Regex OwnId();
}
