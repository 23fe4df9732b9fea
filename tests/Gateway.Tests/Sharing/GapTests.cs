using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>Cursors that are not in the log: the client is told, never silence.</summary>
public sealed partial class GapTests
{
    [Theory]
    [InlineData("Oldest", "1", 2)]
    [InlineData("Live", null, 4)]
    public async Task Client_is_told_that_events_are_missing_and_goes_on_where_the_route_says(string onGap, string? resumedAt, int first)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"OnGap={onGap}"));
        var (exchange, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 3));
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: nobody's");
        await joined.ExpectAsync("gap", Share.Gap("nobody's", resumedAt, "unknown"));
        if (resumedAt is not null) await joined.ExpectAsync(Share.Event(1));
        await exchange.SendAsync(Share.Event(4));
        await joined.ExpectAsync(Share.Events(first, 4));
        watcher.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_is_told_and_sent_away_where_the_route_says_so(bool notices)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("OnGap=Close", $"Notices={notices}"));
        var (exchange, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 3));
        using var joined = await gateway.OpenAsEventSourceAsync("/events", "Last-Event-ID: 9");
        await joined.ExpectAsync("gap", notices ? Share.Gap("9", null, "unknown") : "");
        Assert.Matches("^retry: [0-9]+\n\n$", await joined.ReadTextAsync());
        await exchange.SendAsync(Share.Event(4));
        await watcher.ExpectAsync(Share.Event(4));
        watcher.Dispose();
    }

    [Fact]
    public async Task Id_before_the_oldest_one_has_expired()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("LogCount=3"));
        var (_, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 9));
        using var expired = await gateway.OpenAsync("/events", "Last-Event-ID: 3");
        await expired.ExpectAsync("gap", Share.Gap("3", "7", "expired") + Share.Events(7, 9));
        using var oldest = await gateway.OpenAsync("/events", "Last-Event-ID: 7");
        await oldest.ExpectAsync("exact", Share.Events(8, 9));
        watcher.Dispose();
    }

    [Fact]
    public async Task Notice_carries_a_cursor_of_any_bytes_as_json()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (_, watcher) = await OpenAsync(gateway, upstream, Share.Event(1));
        using var joined = await gateway.OpenAsync("/events?lastEventId=%22%0A%0Ddata:%20x%00");
        Assert.Equal("live", joined.Head.Value("Sse-Resume"));
        using var quoted = await gateway.OpenAsync("/events", "Last-Event-ID: \"\\,Ã©\xff");
        Assert.Equal("gap", quoted.Head.Value("Sse-Resume"));
        var notice = await quoted.ReadFrameAsync();
        Assert.Matches(Notice(), notice);
        await quoted.ExpectAsync(Share.Event(1));
        watcher.Dispose();
    }

    [Theory]
    [InlineData("SseGateway:Sharing:Notices=false")]
    [InlineData("SseGateway:Notices=false")]
    public async Task Where_notices_are_off_the_header_says_it(string off)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), off]);
        var (_, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 2));
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: x");
        await joined.ExpectAsync("gap", Share.Events(1, 2));
        watcher.Dispose();
    }

    [Fact]
    public async Task Gateways_own_ids_are_of_harmless_characters_and_count()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Ids=Gateway"));
        var (exchange, watcher) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("id: the upstream's\nevent: e\ndata: a\nid\ndata: b\n\ndata: c\n\n");
        var (first, second) = (OwnId().Match(await watcher.ReadFrameAsync()), OwnId().Match(await watcher.ReadFrameAsync()));
        Assert.Equal("event: e\ndata: a\ndata: b\n\n", first.Groups["rest"].Value);
        Assert.Equal("data: c\n\n", second.Groups["rest"].Value);
        Assert.Equal(first.Groups["epoch"].Value, second.Groups["epoch"].Value);

        using var joined = await gateway.OpenAsync("/events", $"Last-Event-ID: {first.Groups["id"].Value}");
        await joined.ExpectAsync("exact", second.Value);
        watcher.Dispose();
    }

    [Fact]
    public async Task Gateways_own_ids_tell_why_they_are_not_here()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Ids=Gateway", "LogCount=2"));
        var (exchange, watcher) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("data: a\n\ndata: b\n\ndata: c\n\ndata: d\n\n");
        var frames = new List<string>();
        for (var i = 0; i < 4; i++) frames.Add(await watcher.ReadFrameAsync());
        var ids = frames.Select(frame => OwnId().Match(frame).Groups["id"].Value).ToArray();
        var epoch = OwnId().Match(frames[0]).Groups["epoch"].Value;

        foreach (var (cursor, reason) in new[]
        {
            (ids[0], "expired"), ($"{epoch}-99", "epoch"), ("0123456789abcdef-1", "epoch"), ("17", "unknown"), ($"{epoch}-", "unknown"),
            ($"{epoch}-01", "unknown"), ($"{epoch}--1", "epoch"), ("-1", "unknown"),
        })
        {
            using var joined = await gateway.OpenAsync("/events", $"Last-Event-ID: {cursor}");
            await joined.ExpectAsync("gap", Share.Gap(cursor, ids[2], reason) + frames[2] + frames[3]);
        }

        // The last one that has gone: all that follows is here.
        using var exact = await gateway.OpenAsync("/events", $"Last-Event-ID: {ids[1]}");
        await exact.ExpectAsync("exact", frames[2] + frames[3]);
        watcher.Dispose();
    }

    /// <summary>A cursor names a place in the stream it is of, and opens nothing elsewhere.</summary>
    [Fact]
    public async Task Gateways_own_id_of_another_stream_is_of_another_epoch()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Ids=Gateway"));
        var (one, first) = await gateway.OpenStreamAsync(upstream, "/one");
        await one.SendAsync("data: secret\n\n");
        var id = OwnId().Match(await first.ReadFrameAsync()).Groups["id"].Value;
        var (other, second) = await gateway.OpenStreamAsync(upstream, "/other", $"Last-Event-ID: {id}");
        await other.SendAsync("data: other\n\n");
        await second.ExpectAsync("gap", Share.Gap(id, null, "epoch"));
        Assert.EndsWith("\ndata: other\n\n", await second.ReadFrameAsync(), StringComparison.Ordinal);
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Upstreams_events_with_a_name_of_the_gateways_are_dropped_and_counted()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), GatewayUnderTest.WithAdmin]);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(
            "event: gateway.gap\ndata: {}\n\nid: 1\ndata: 1\n\nid: 2\nevent:gateway.refused\ndata: x\n\n"
            + "data: y\nevent: gateway.\n\nevent: gateway\ndata: z\n\nevent: Gateway.gap\ndata: z\n\n");
        await response.ExpectAsync("id: 1\ndata: 1\n\nevent: gateway\ndata: z\n\nevent: Gateway.gap\ndata: z\n\n");
        var metrics = await gateway.Admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("sse_gateway_upstream_notices_dropped_total{", metrics, StringComparison.Ordinal);
        Assert.Matches("sse_gateway_upstream_notices_dropped_total\\{[^}]*route=\"upstream\"[^}]*\\} 3", metrics);
        response.Dispose();
    }

    [Fact]
    public async Task Gaps_are_counted_by_reason()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With("LogCount=1"), GatewayUnderTest.WithAdmin]);
        var (_, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 3));
        foreach (var cursor in new[] { "1", "x", "y" })
        {
            using var joined = await gateway.OpenAsync("/events", $"Last-Event-ID: {cursor}");
            Assert.Equal("gap", joined.Head.Value("Sse-Resume"));
        }
        var metrics = await gateway.Admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Matches("sse_gateway_gaps_total\\{[^}]*reason=\"expired\"[^}]*\\} 1", metrics);
        Assert.Matches("sse_gateway_gaps_total\\{[^}]*reason=\"unknown\"[^}]*\\} 2", metrics);
        watcher.Dispose();
    }

    private static async Task<(UpstreamExchange Exchange, RawResponse Watcher)> OpenAsync(GatewayUnderTest gateway, ScriptedUpstream upstream, string frames)
    {
        var (exchange, watcher) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(frames);
        await watcher.ExpectAsync(frames);
        return (exchange, watcher);
    }

    [GeneratedRegex("^id: (?<id>(?<epoch>[A-Za-z0-9._]{1,100})-(?<n>[0-9]+))\n(?<rest>.*)$", RegexOptions.Singleline)]
    private static partial Regex OwnId();

    [GeneratedRegex("^event: gateway.gap\ndata: \\{\"after\":\"[^\n]*\",\"resumedAt\":\"1\",\"reason\":\"unknown\"\\}\n\n$")]
    private static partial Regex Notice();
}
