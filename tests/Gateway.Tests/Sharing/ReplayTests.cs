using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>Events without ids that an upstream sends again after it was dialled again. What is judged how is in Upstream/UpstreamPositionTests.</summary>
public sealed class ReplayTests
{
    [Theory]
    [InlineData("data: x\n\nid: 1\ndata: 1\n\ndata: y\n\nid: 2\ndata: 2\n\n")]
    [InlineData("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\ndata: x\n\ndata: y\n\n")]
    [InlineData("retry: 210\n\nid: 1\ndata: 1\n\nevent: e\ndata: x\n\nid: 2\ndata: 2\n\n")]
    public async Task What_is_replayed_without_an_id_is_not_delivered_twice(string events)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        using var response = first;
        await exchange.SendAsync(events);
        await response.ExpectAsync(events);
        exchange.Cut();

        var again = await upstream.NextAsync();
        Assert.Equal("2", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(events + Share.Event(3));
        await response.ExpectAsync(Share.Event(3));
    }

    /// <summary>A client that comes for the next run has no greeting yet.</summary>
    [Fact]
    public async Task Greeting_after_a_clean_end_is_for_who_comes_then()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        const string Greeting = "event: hello\ndata: {}\n\n";
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Greeting + Share.Event(1));
        await first.ExpectAsync(Greeting + Share.Event(1));
        await exchange.EndAsync();
        await first.ReadTextAsync();
        first.Dispose();

        using var next = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Greeting + Share.Event(2));
        using var response = await next.ReadResponseAsync();
        await response.ExpectAsync(Greeting + Share.Event(2));
    }
}
