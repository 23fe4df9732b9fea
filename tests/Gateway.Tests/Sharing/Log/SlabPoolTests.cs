using SseGateway.Sharing.Log.Storage;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

public sealed class SlabPoolTests
{
    private readonly SlabPool _pool = new(maxBytes: 1000);

    [Fact]
    public void A_slab_is_used_again_empty_when_nobody_reads_it()
    {
        var slab = Retired(500, written: 100);
        _pool.Add(slab);
        Assert.Same(slab, _pool.Take(400));
        Assert.Equal((0, 0, null), (slab.Length, slab.Frames, slab.Next));
        Assert.Equal(0, _pool.Bytes);
    }

    [Fact]
    public void A_slab_that_is_read_stays_as_it_is()
    {
        var slab = new Slab(500);
        slab.Publish(100, 1);
        Assert.True(slab.TryLease(slab.Generation));
        slab.Retire();
        _pool.Add(slab);
        Assert.NotSame(slab, _pool.Take(400));
        Assert.Equal((500, 100), (_pool.Bytes, slab.Length));

        slab.GiveBack();
        Assert.Same(slab, _pool.Take(400));
    }

    [Theory]
    [InlineData(399)]
    [InlineData(802)]
    public void A_slab_that_is_too_small_or_too_large_is_let_go(int capacity)
    {
        _pool.Add(Retired(capacity, written: 0));
        Assert.Equal(400, _pool.Take(400).Capacity);
        Assert.Equal(0, _pool.Bytes);
    }

    [Fact]
    public void It_is_full_above_its_bound()
    {
        _pool.Add(Retired(1000, written: 0));
        Assert.False(_pool.Full);
        _pool.Add(Retired(1, written: 0));
        Assert.True(_pool.Full);
        _pool.Take(1);
        Assert.False(_pool.Full);
    }

    [Fact]
    public void A_lease_is_for_one_generation()
    {
        var slab = new Slab(10);
        var generation = slab.Generation;
        slab.Retire();
        Assert.False(slab.TryLease(generation));
        Assert.False(slab.Leased);
        Assert.True(slab.TryLease(slab.Generation));
        Assert.True(slab.Leased);
    }

    private static Slab Retired(int capacity, int written)
    {
        var slab = new Slab(capacity);
        slab.Publish(written, 1);
        slab.Next = new Slab(1);
        slab.Retire();
        return slab;
    }
}
