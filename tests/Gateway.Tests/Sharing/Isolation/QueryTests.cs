using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Isolation;

/// <summary>What in a query parts no clients: a cursor, which moves, and what a page adds to get past caches.</summary>
public sealed class QueryTests
{
    [Theory]
    [InlineData("", "lastEventID", "LASTEVENTID")]
    [InlineData("", "Last-Event-ID", "last_event_id")]
    [InlineData("SseGateway:CursorNames=since", "since", "Since")]
    [InlineData("SseGateway:Routes:upstream:CursorNames=after", "after", "%61fter")]
    public async Task Cursor_in_the_query_parts_nobody_and_resumes(string setting, string name, string other)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Share.With("Join=all"), .. setting.Length > 0 ? [setting] : Array.Empty<string>()]);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events?a=1");
        Assert.Equal("/events?a=1", exchange.Request.Target);
        await exchange.SendAsync(Share.Events(1, 5));
        await first.ExpectAsync(Share.Events(1, 5));
        using var second = await gateway.OpenAsync($"/events?a=1&{name}=3");
        using var third = await gateway.OpenAsync($"/events?{other}=4&a=1");
        await second.ExpectAsync("exact", Share.Events(4, 5));
        await third.ExpectAsync("exact", Share.Event(5));
        Assert.Equal(1, upstream.RequestCount);
        first.Dispose();
    }

    [Theory]
    [InlineData("?_=1", "?_=2", "")]
    [InlineData("?a=1&_=1&b=2", "?a=1&b=2&_=99", "?a=1&b=2")]
    [InlineData("?a=1", "?a=1&NoCache", "?a=1")]
    [InlineData("?%5F=1&a=%41", "?a=%41&nocache=x=y&_", "?a=%41")]
    public async Task Ignored_names_part_nobody_and_are_not_told(string one, string other, string told)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("IgnoreQuery=_,nocache"));
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events" + one);
        using var second = await gateway.OpenAsync("/events" + other);
        Assert.Equal("/events" + told, exchange.Request.Target);
        await exchange.SendAsync(Share.Event(1));
        await first.ExpectAsync(Share.Event(1));
        await second.ExpectAsync(Share.Event(1));
        Assert.Equal(1, upstream.RequestCount);
        first.Dispose();
    }

    [Theory]
    [InlineData("?_=1", "?_=2")]
    [InlineData("?ab=1", "?ab=2")]
    [InlineData("?x=_", "?x=a")]
    public async Task Other_names_part(string one, string other)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("IgnoreQuery=a,b"));
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events" + one);
        var (_, second) = await gateway.OpenStreamAsync(upstream, "/events" + other);
        Assert.Equal("/events" + one, exchange.Request.Target);
        first.Dispose();
        second.Dispose();
    }
}
