using LoadTests.Measures;
using Xunit;

namespace LoadTests.Tests.Measures;

public sealed class TimingTests
{
    [Fact]
    public void Percentiles_of_several_processes_are_those_of_all_values()
    {
        var (slow, fast, together) = (new Timing("t"), new Timing("t"), new Timing("t"));
        for (var i = 1; i <= 99; i++)
        {
            fast.Record(TimeSpan.FromMilliseconds(1));
        }

        slow.Record(TimeSpan.FromMilliseconds(500));
        together.Add(fast.Buckets());
        together.Add(slow.Buckets());

        var summary = together.Summarize();
        Assert.Equal(100, summary.Count);
        Assert.InRange(summary.P50Ms, 0.999, 1.001);
        Assert.InRange(summary.P99Ms, 0.999, 1.001); // the mean of both would be 250
        Assert.InRange(summary.MaxMs, 499, 501);
    }

    [Fact]
    public void What_is_out_of_range_still_counts()
    {
        var timing = new Timing("t");
        timing.Record(TimeSpan.FromMilliseconds(-3));
        timing.Record(TimeSpan.FromDays(2));

        Assert.Equal(2, timing.Summarize().Count);
    }

    [Fact]
    public void Nothing_recorded_is_no_failure() => Assert.Equal(0, new Timing("t").Summarize().MaxMs);
}
