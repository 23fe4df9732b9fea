using System.Net;
using SseGateway.Transport.Connecting;
using Xunit;

namespace Gateway.Tests.Transport.Connecting;

public sealed class LaggingAddressesTests
{
    private static readonly IPAddress One = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Two = IPAddress.Parse("127.0.0.2");

    /// <summary>The time of day is put right by a day, and the address that lagged is not last for a day.</summary>
    [Fact]
    public void An_address_lags_for_half_a_minute_whatever_the_time_of_day_is_set_to()
    {
        var time = new Clock();
        var lagging = new LaggingAddresses(time);
        lagging.Note(new IPEndPoint(One, 80));

        time.Ahead -= TimeSpan.FromDays(1);
        time.Elapsed += TimeSpan.FromSeconds(29);
        Assert.Equal([Two, One], Order(lagging));

        time.Elapsed += TimeSpan.FromSeconds(1);
        Assert.Equal([One, Two], Order(lagging));
    }

    private static IEnumerable<IPAddress> Order(LaggingAddresses lagging) => lagging.Order([One, Two], 80).Select(address => address.Address);

    // FakeTimeProvider has one clock for both.
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan Ahead { get; set; } = TimeSpan.FromDays(365);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Ahead + Elapsed;
    }
}
