using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Hosting;

/// <summary>
/// Gives memory back when many streams have been opened and things have calmed down. What opening them left behind would otherwise stay until
/// the next collection, and streams that only pass events on allocate nothing that would bring one about.
/// </summary>
/// <remarks>For a process that is the gateway's own. It stands still meanwhile: 0.1 s with 20,000 streams.</remarks>
internal sealed class HeapTrim(StreamRegistry registry) : ISwept
{
    // About 7 KB are left behind by each. Of a gateway that has many streams it takes as many again as half of them, so that the pause is rare.
    private const long Many = 500;

    private long _before;
    private long _last;

    public void Sweep()
    {
        var admitted = registry.Admitted;
        var calm = admitted == _last;
        _last = admitted;
        if (calm && admitted - _before >= Math.Max(Many, registry.Count / 2))
        {
            _before = admitted;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeHeap.Trim();
        }
    }
}
