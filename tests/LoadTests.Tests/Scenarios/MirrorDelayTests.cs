using LoadTests.Scenarios.Fleet;
using Xunit;

namespace LoadTests.Tests.Scenarios;

/// <summary>When the last of several gateways had events, from what each has counted for itself.</summary>
public sealed class MirrorDelayTests
{
    private static readonly MirrorDelay Before = MirrorDelay.Read([Exposition(0, 900, 1000), Exposition(10, 10, 10)]);

    [Fact]
    public void What_is_late_anywhere_is_late()
    {
        // Each gateway is late with half a hundredth of them, and none knows whether it is the same half as the other's.
        var delay = MirrorDelay.Read([Exposition(500, 1895, 2000), Exposition(810, 1005, 1010)]).Since(Before);
        Assert.Equal([1000, 1000], delay.Entries);
        Assert.Equal(TimeSpan.FromMilliseconds(1), delay.Last(0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(1), delay.Last(0.99));
        Assert.Null(delay.Last(0.995));
    }

    [Fact]
    public void What_none_is_late_with_is_not()
    {
        var delay = MirrorDelay.Read([Exposition(996, 1896, 2000), Exposition(1006, 1010, 1010)]).Since(Before);
        Assert.Equal(TimeSpan.FromMilliseconds(0.1), delay.Last(0.99));
    }

    [Fact]
    public void Half_of_all_are_those_of_the_gateway_that_has_most()
    {
        // The other one, which was asked first, has had 600 of 1,000 by then.
        var delay = MirrorDelay.Read([Exposition(400, 1500, 1600), Exposition(710, 1010, 1010)]).Since(Before);
        Assert.Equal([600, 1000], delay.Entries);
        Assert.Equal(TimeSpan.FromMilliseconds(0.1), delay.Last(0.5));
    }

    [Fact]
    public void Nothing_has_no_delay() => Assert.Null(Before.Since(Before).Last(0.5));

    private static string Exposition(int tenth, int one, int all) => $$"""
        # TYPE sse_gateway_fleet_mirror_delay_seconds histogram
        sse_gateway_fleet_mirror_delay_seconds_bucket{otel_scope_name="SseGateway",le="0.0001"} {{tenth}} 1796104678960
        sse_gateway_fleet_mirror_delay_seconds_bucket{otel_scope_name="SseGateway",le="0.001"} {{one}} 1796104678960
        sse_gateway_fleet_mirror_delay_seconds_bucket{otel_scope_name="SseGateway",le="+Inf"} {{all}} 1796104678960
        sse_gateway_fleet_mirror_delay_seconds_sum{otel_scope_name="SseGateway"} 1 1796104678960
        sse_gateway_fleet_mirror_delay_seconds_count{otel_scope_name="SseGateway"} {{all}} 1796104678960
        """;
}
