using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Soak;

/// <summary>A gateway that has run for longer than 32 bits of milliseconds can say, and a machine that was stopped for as long.</summary>
public sealed class LongUptimeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(uint.MaxValue) + TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("SseGateway:Sharing:Enabled=false")]
    [InlineData("SseGateway:Sharing:Enabled=true", "SseGateway:Sharing:LogAge=0")]
    public async Task After_fifty_days_streams_live_on_and_new_ones_are_as_the_first(params string[] settings)
    {
        var clock = new LeapingTime();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, clock, [.. settings, "SseGateway:Heartbeat=10s", "SseGateway:Limits:ConnectsPerSecond=2", "SseGateway:Limits:StreamsPerAddress=2"]);
        using var time = await SweptTime.StartAsync(gateway, clock);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events/1");
        await exchange.SendAsync(Share.Event(1));
        await first.ExpectAsync(Share.Event(1));
        await time.PassAsync(1);

        clock.Leap += Long;
        await time.PassAsync(11);

        await exchange.SendAsync(Share.Event(2));
        var heard = new List<string>();
        while (heard.LastOrDefault() != "data: 2")
        {
            heard.Add(await first.ReadLineAsync());
        }

        Assert.Contains(":", heard);
        var (other, second) = await gateway.OpenStreamAsync(upstream, "/events/2");
        await other.SendAsync(Share.Event(3));
        await second.ExpectAsync(Share.Event(3));
        using var refused = await gateway.OpenAsync("/events/3");
        Assert.Equal(429, refused.Status);
        first.Dispose();
        second.Dispose();
        await Deadline.UntilAsync(() => !time.Streams.Any(), "both streams to be over");
    }

    // Without the millions of ticks in between, as for a machine that was stopped. Its timestamps are made of the time of day.
    private sealed class LeapingTime : FakeTimeProvider
    {
        public TimeSpan Leap { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Leap;
    }
}
