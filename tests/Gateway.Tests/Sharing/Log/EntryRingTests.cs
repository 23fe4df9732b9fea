using System.Runtime.CompilerServices;
using SseGateway.Sharing.Log.Storage;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

/// <summary>What it finds is in <see cref="FrameLogModelTests"/>.</summary>
public sealed class EntryRingTests
{
    /// <summary>Its place may not come again for thousands of frames, and each could hold on to a slab of megabytes.</summary>
    [Fact]
    public void Memory_of_what_is_gone_is_let_go_before_its_place_is_needed()
    {
        var ring = new EntryRing(1000);
        var slab = AddAndRemove(ring);
        GC.Collect();
        Assert.False(slab.IsAlive);
        GC.KeepAlive(ring);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAndRemove(EntryRing ring)
    {
        var slab = new Slab(64);
        ring.Add(new LogEntry { Slab = slab });
        ring.RemoveFirst();
        return new WeakReference(slab);
    }
}
