using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>Where a client of a shared stream begins (docs/sharing.md).</summary>
public sealed class JoinTests
{
    [Theory]
    [InlineData("live", 4)]
    [InlineData("last:1", 3)]
    [InlineData("last:2", 2)]
    [InlineData("last:99", 1)]
    [InlineData("all", 1)]
    public async Task Client_without_a_cursor_begins_where_the_route_says(string join, int first)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"Join={join}"));
        var (exchange, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 3));

        using var joined = await gateway.OpenAsync();
        await exchange.SendAsync(Share.Event(4));
        await joined.ExpectAsync("live", Share.Events(first, 4));
        Assert.Equal(1, upstream.RequestCount);
        watcher.Dispose();
    }

    [Theory]
    [InlineData("live", "retry: 210\n\n", "data: a\n\n")]
    [InlineData("all", "retry: 210\n\n", "data: a\n\n")]
    [InlineData("live", "", "retry: 210\ndata: a\n\n")]
    public async Task Retry_of_the_upstream_comes_once(string join, string before, string first)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"Join={join}"));
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", Browser.NoCache]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await exchange.SendAsync(before + first);
        using var response = await client.ReadResponseAsync();
        await response.ExpectAsync(before + first);

        using var joined = await gateway.OpenAsEventSourceAsync();
        await exchange.SendAsync("data: b\n\n");
        await joined.ExpectAsync(join == "all" ? before + first + "data: b\n\n" : "retry: 210\n\ndata: b\n\n");
        await response.ExpectAsync("data: b\n\n");
    }

    /// <summary>Events are counted, and not frames that only move the id or that say when to come back.</summary>
    [Fact]
    public async Task Last_events_are_counted_by_those_with_data()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Join=last:2"));
        var (_, watcher) = await OpenAsync(gateway, upstream, "data: a\n\n", "data: b\n\n", "id: 7\n\n", "data: c\n\n", "id: 8\n\n");
        using var joined = await gateway.OpenAsync();
        await joined.ExpectAsync("live", "data: b\n\nid: 7\n\ndata: c\n\nid: 8\n\n");
        watcher.Dispose();
    }

    [Theory]
    [InlineData("/events", "Last-Event-ID: 2")]
    [InlineData("/events?lastEventId=2", null)]
    [InlineData("/events?last_event_id=2", null)]
    [InlineData("/events?lastEventId=1", "Last-Event-ID: 2")]
    [InlineData("/events?last_event_id=unknown", "Last-Event-ID: 2")]
    [InlineData("/events?last_event_id=1&lastEventId=2", null)]
    [InlineData("/events?lastEventId=2", "Last-Event-ID:")]
    public async Task Client_with_a_cursor_gets_all_that_follows_it(string target, string? field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Join=last:1"));
        var (exchange, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 4));

        using var joined = await gateway.OpenAsync(target, field is null ? [] : [field]);
        await exchange.SendAsync(Share.Event(5));
        await joined.ExpectAsync("exact", Share.Events(3, 5));
        Assert.Equal(1, upstream.RequestCount);
        watcher.Dispose();
    }

    [Fact]
    public async Task Cursor_in_the_query_does_not_part_the_clients_and_goes_upstream_in_the_header()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events?a=1&lastEventId=5&b=2");
        Assert.Equal("/events?a=1&b=2", exchange.Request.Target);
        Assert.Equal("5", exchange.Request.Value("Last-Event-ID"));
        using var second = await gateway.OpenAsync("/events?a=1&b=2&last_event_id=x");
        Assert.Equal(200, second.Status);
        Assert.Equal(1, upstream.RequestCount);
        first.Dispose();
    }

    [Fact]
    public async Task Cursor_at_the_head_is_exact_and_nothing_is_replayed()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Join=all"));
        var (exchange, watcher) = await OpenAsync(gateway, upstream, Share.Events(1, 3));
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: 3");
        await exchange.SendAsync(Share.Event(4));
        await joined.ExpectAsync("exact", Share.Event(4));
        watcher.Dispose();
    }

    /// <summary>The server's one-character-a-byte form of header values must come to the same bytes as the query's and the frame's.</summary>
    [Theory]
    [InlineData("/events", "Last-Event-ID: Ã©Ã¶-1")]
    [InlineData("/events?lastEventId=%C3%A9%C3%B6-1", null)]
    public async Task Cursor_is_compared_byte_for_byte(string target, string? field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (_, watcher) = await OpenAsync(gateway, upstream, "id: éö-1\ndata: a\n\n", "id: éö-2\ndata: b\n\n");
        using var joined = await gateway.OpenAsync(target, field is null ? [] : [field]);
        await joined.ExpectAsync("exact", "id: éö-2\ndata: b\n\n");
        watcher.Dispose();
    }

    [Fact]
    public async Task Of_several_events_with_the_same_id_the_earliest_counts_so_that_none_is_lost()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (_, watcher) = await OpenAsync(gateway, upstream, "id: 1\ndata: a\n\n", "id: 2\ndata: b\n\n", "id: 2\ndata: c\n\n", "id: 2\ndata: d\n\n");
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: 2");
        await joined.ExpectAsync("exact", "id: 2\ndata: c\n\nid: 2\ndata: d\n\n");
        watcher.Dispose();
    }

    /// <summary>Events between two ids belong to the first of them: a browser's cursor stays there.</summary>
    [Fact]
    public async Task Events_without_an_id_follow_the_one_before_them()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (_, watcher) = await OpenAsync(gateway, upstream, "id: 1\ndata: a\n\n", "data: b\n\n", "id: 2\ndata: c\n\n");
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: 1");
        await joined.ExpectAsync("exact", "data: b\n\nid: 2\ndata: c\n\n");
        watcher.Dispose();
    }

    [Fact]
    public async Task Upstreams_wish_when_to_come_back_is_for_those_that_join_later_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, watcher) = await OpenAsync(gateway, upstream, "retry: 1234\n\n", Share.Event(1), "retry: 4321\nid: 2\ndata: 2\n\n");
        using var live = await gateway.OpenAsEventSourceAsync();
        await live.ExpectAsync("live", "retry: 4321\n\n");
        using var joined = await gateway.OpenAsEventSourceAsync("/events", "Last-Event-ID: 1");
        await joined.ExpectAsync("exact", "retry: 4321\nid: 2\ndata: 2\n\n");
        await exchange.SendAsync(Share.Event(3));
        await live.ExpectAsync(Share.Event(3));
        watcher.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("X-Mine")]
    public async Task Pages_of_other_origins_may_read_what_became_of_their_cursor(string? exposed)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Share.With(), "SseGateway:Cors:Origins:0=https://page.example",
                .. exposed is null ? Array.Empty<string>() : [$"SseGateway:Cors:ExposeHeaders:0={exposed}"],
            ]);
        var (_, response) = await gateway.OpenStreamAsync(upstream, "/events", "Origin: https://page.example");
        Assert.Contains("Sse-Resume", response.Head.Members("Access-Control-Expose-Headers"));
        if (exposed is not null) Assert.Contains(exposed, response.Head.Members("Access-Control-Expose-Headers"));
        response.Dispose();
    }

    /// <summary>A client that has seen these, sent one by one.</summary>
    private static async Task<(UpstreamExchange Exchange, RawResponse Watcher)> OpenAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, params string[] frames)
    {
        var (exchange, watcher) = await gateway.OpenStreamAsync(upstream);
        foreach (var frame in frames)
        {
            await exchange.SendAsync(frame);
            await watcher.ExpectAsync(frame);
        }
        return (exchange, watcher);
    }
}
