using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>A cursor in the query, where a new EventSource has to put it.</summary>
public sealed class QueryCursorTests
{
    [Theory]
    [InlineData("/events?lastEventId=41", "41")]
    [InlineData("/events?last_event_id=41", "41")]
    [InlineData("/events?lastEventID=41", "41")]
    [InlineData("/events?LASTEVENTID=41", "41")]
    [InlineData("/events?last-event-id=41", "41")]
    [InlineData("/events?Last-Event-ID=41", "41")]
    [InlineData("/events?last%5Fevent_id=41", "41")]
    [InlineData("/events?since=41", null)]
    [InlineData("/events?a=1&lastEventId=41&b=2", "41")]
    [InlineData("/events?last_event_id=40&lastEventId=41", "41")]
    [InlineData("/events?lastEventId=41&lastEventId=42", "41")]
    [InlineData("/events?lastEventId=1%2F2%3D+x%E2%82%AC", "1/2= x€")]
    [InlineData("/events?lastEventId=a=b", "a=b")]
    [InlineData("/events?lastEventId=", null)]
    [InlineData("/events?lastEventId", null)]
    [InlineData("/events?lastEventIds=41", null)]
    [InlineData("/events?xlastEventId=41", null)]
    [InlineData("/events?lastEventId=1%0D%0AX-Evil:%201", null)]
    [InlineData("/events?lastEventId=1%0A2", null)]
    [InlineData("/events?lastEventId=1%002", null)]
    [InlineData("/events", null)]
    public async Task Cursor_in_the_query_is_the_upstreams_last_event_id(string target, string? cursor)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        var (exchange, response) = await gateway.OpenStreamAsync(upstream, target);

        response.Dispose();
        Assert.Equal(cursor is null ? [] : [Bytes.Text(Bytes.Utf8(cursor))], exchange.Request.Values("Last-Event-ID"));
        Assert.Equal(target, exchange.Request.Target);
        Assert.False(exchange.Request.Has("X-Evil"));
    }

    [Theory]
    [InlineData("since,after", "/events?since=41", "41")]
    [InlineData("since,after", "/events?After=40&SINCE=41", "41")]
    [InlineData("since,after", "/events?lastEventId=41", null)]
    [InlineData("", "/events?lastEventId=41", null)]
    public async Task Cursor_may_have_other_names(string names, string target, string? cursor)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:Routes:upstream:CursorNames={names}");
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, target);
        response.Dispose();
        Assert.Equal(cursor is null ? [] : [cursor], exchange.Request.Values("Last-Event-ID"));
        Assert.Equal(target, exchange.Request.Target);
    }

    [Theory]
    [InlineData("GET", "text/event-stream", "Last-Event-ID: 43", "43")]
    [InlineData("GET", "*/*", "", null)]
    [InlineData("POST", "text/event-stream", "", null)]
    public async Task Header_wins_and_other_requests_get_none(string method, string accept, string header, string? cursor)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync(
            method, "/events?lastEventId=41", [$"Accept: {accept}", .. header.Length > 0 ? [header] : Array.Empty<string>()]);

        var request = (await upstream.NextAsync()).Request;

        Assert.Equal(cursor is null ? [] : [cursor], request.Values("Last-Event-ID"));
    }
}
