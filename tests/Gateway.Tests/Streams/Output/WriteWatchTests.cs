using SseGateway.Streams.Output;
using Xunit;

namespace Gateway.Tests.Streams.Output;

public sealed class WriteWatchTests
{
    [Fact]
    public void A_write_has_waited_since_the_first_sweep_that_saw_it_however_long_ago_the_one_before_was()
    {
        var watch = default(WriteWatch);
        watch.Sweep(TimeSpan.Zero, bytes: 0, writing: false, writes: 1);

        // The gate is taken and the write not counted yet.
        watch.Sweep(TimeSpan.FromSeconds(100), bytes: 0, writing: true, writes: 1);
        Assert.Equal(TimeSpan.Zero, watch.Waiting);
        watch.Sweep(TimeSpan.FromSeconds(101), bytes: 0, writing: true, writes: 1);

        Assert.Equal(TimeSpan.FromSeconds(1), watch.Waiting);
    }

    [Fact]
    public void The_next_write_waits_anew()
    {
        var watch = default(WriteWatch);
        watch.Sweep(TimeSpan.FromSeconds(1), bytes: 5, writing: true, writes: 1);
        watch.Sweep(TimeSpan.FromSeconds(2), bytes: 9, writing: true, writes: 2);

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(2)), (watch.Waiting, watch.LastWrite));
    }
}
