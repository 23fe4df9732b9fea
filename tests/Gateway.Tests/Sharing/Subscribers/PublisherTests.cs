using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing;
using SseGateway.Sharing.Subscribers;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>Frames that come soon after one another leave together, where a route asks for it; and nobody waits for nothing.</summary>
public sealed class PublisherTests
{
    private static readonly string[] Coalesced = [.. Share.With("Join=all"), "SseGateway:Coalesce=50ms", "SseGateway:Heartbeat=0"];

    [Fact]
    public async Task First_leaves_at_once_and_what_comes_in_its_window_together_at_its_end()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, Coalesced);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var end = response;
        var stream = Assert.Single(gateway.Streams.Streams);
        await exchange.SendAsync(Share.Event(1));
        await response.ExpectAsync(Share.Event(1));
        await exchange.SendAsync(Share.Event(2));
        await exchange.SendAsync(Share.Event(3));
        await PublishedAsync(gateway, 3);
        Advance(time, 45);
        Assert.Equal(1, stream.Frames);
        Advance(time, 5);
        await response.ExpectAsync(Share.Events(2, 3));

        // A window without anything new is a rest.
        Advance(time, 50);
        await exchange.SendAsync(Share.Event(4));
        await response.ExpectAsync(Share.Event(4));
    }

    [Fact]
    public async Task End_does_not_wait()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, Coalesced);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Event(1));
        await response.ExpectAsync(Share.Event(1));
        await exchange.SendAsync(Share.Event(2));
        await exchange.EndAsync();
        await response.ExpectEndAsync(Share.Event(2), BodyEnding.Clean);
    }

    [Fact]
    public void Timer_stands_still_while_nothing_waits()
    {
        var time = new FakeTimeProvider();
        using var ticker = new PublicationTicker(time);
        var publishers = Enumerable.Range(1, 50).Select(ms => new Publisher(new Roster(), ticker, TimeSpan.FromMilliseconds(ms))).ToArray();
        foreach (var publisher in publishers) publisher.Publish();
        Assert.Equal(50, ticker.Waiting);
        Advance(time, 25);
        Assert.Equal(25, ticker.Waiting);
        Advance(time, 25);
        Assert.Equal(0, ticker.Waiting);
        foreach (var publisher in publishers) publisher.Publish();
        Assert.Equal(50, ticker.Waiting);
    }

    private static void Advance(FakeTimeProvider time, int milliseconds)
    {
        for (var left = TimeSpan.FromMilliseconds(milliseconds); left > TimeSpan.Zero; left -= PublicationTicker.Tick) time.Advance(PublicationTicker.Tick);
    }

    // What the gateway has read of the upstream is in the log.
    private static Task PublishedAsync(GatewayUnderTest gateway, int events) => Deadline.UntilAsync(
        () => gateway.Services.GetRequiredService<SharedStreams>().Streams.Single().Log.Next == events);
}
