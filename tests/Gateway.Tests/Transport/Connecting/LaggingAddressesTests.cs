using System.Net;
using Microsoft.Extensions.Time.Testing;
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
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(40));
        var lagging = new LaggingAddresses(time);
        lagging.Note(new IPEndPoint(One, 80));

        time.AdjustTime(time.GetUtcNow().AddDays(-1));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal([Two, One], Order(lagging));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([One, Two], Order(lagging));
    }

    private static IEnumerable<IPAddress> Order(LaggingAddresses lagging) => lagging.Order([One, Two], 80).Select(address => address.Address);
}
