using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>The longest life of a stream: catalogue 10.1.8.</summary>
[Trait("Case", "10.1.8")]
public sealed class LifetimeTests
{
    private const int Lifetime = 100;

    private static readonly string[] Settings = [$"SseGateway:Timeouts:Lifetime={Lifetime}s", "SseGateway:Heartbeat=0"];

    [Fact]
    public async Task Streams_opened_together_end_one_by_one_in_the_last_fifth_of_their_time_and_never_later()
    {
        const int Count = 50;
        await using var upstream = ScriptedUpstream.Start();
        var clock = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, clock, Settings);
        using var time = await SweptTime.StartAsync(gateway, clock);
        var open = new List<(UpstreamExchange Exchange, RawResponse Response)>();
        for (var i = 0; i < Count; i++) open.Add(await gateway.OpenEventSourceAsync(upstream));
        await time.OpenedAsync(Count);
        var streams = time.Streams.ToArray();

        await time.PassAsync((Lifetime * 4 / 5) - 1);
        Assert.All(streams, stream => Assert.Equal(StreamState.Open, stream.State));
        var left = new HashSet<int> { Count };
        for (var second = 0; second < Lifetime / 5; second++)
        {
            await time.PassAsync(1);
            left.Add(streams.Count(stream => stream.State == StreamState.Open));
            // A goodbye takes no time on this clock.
            await Deadline.UntilAsync(() => time.Streams.All(stream => stream.State == StreamState.Open));
        }

        // One more for the sweep that comes after the last moment, and one to know that it is over.
        await time.PassAsync(2);
        Assert.All(streams, stream => Assert.Equal(CloseReason.Lifetime, stream.Reason));
        Assert.True(left.Count >= 10, $"Of {Count} streams there were left, over the seconds: {string.Join(", ", left)}");

        var retries = new HashSet<string>();
        foreach (var (exchange, response) in open)
        {
            var goodbye = await response.ReadTextAsync();
            Assert.Matches("^retry: [0-9]+\n\n$", goodbye);
            retries.Add(goodbye);
            await exchange.WaitForPeerCloseAsync();
            response.Dispose();
        }

        Assert.InRange(retries.Count, Count / 2, Count);
        await time.AssertEndedAsync(CloseReason.Lifetime, Count);
    }

    [Fact]
    public async Task Frame_under_way_is_waited_for()
    {
        await using var open = await SweptStream.OpenEventSourceAsync(Settings);
        var (time, exchange, response) = open;
        var stream = Assert.Single(time.Streams);
        await exchange.SendAsync("data: ha");
        await response.ExpectAsync("data: ha");

        await time.PassUntilAsync(() => stream.State == StreamState.Ending);
        await exchange.SendAsync("lf\n\ndata: for the next stream\n\n");

        Assert.Matches("^lf\n\nretry: [0-9]+\n\n$", await response.ReadTextAsync());
        await exchange.WaitForPeerCloseAsync();
        await time.AssertEndedAsync(CloseReason.Lifetime);
    }

    [Fact]
    public async Task Frame_that_never_ends_is_not_waited_for_for_ever_and_not_passed_off_as_whole()
    {
        await using var open = await SweptStream.OpenEventSourceAsync(Settings);
        var (time, exchange, response) = open;
        await exchange.SendAsync("data: ha");
        await response.ExpectAsync("data: ha");

        await time.PassAsync(Lifetime + 5);

        await response.ExpectAbortAsync("");
        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
        await time.AssertEndedAsync(CloseReason.Lifetime);
    }
}
