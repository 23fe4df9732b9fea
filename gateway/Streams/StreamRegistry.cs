using System.Collections.Concurrent;

namespace SseGateway.Streams;

/// <summary>All live event streams of this process.</summary>
internal sealed class StreamRegistry
{
    private readonly ConcurrentDictionary<LiveStream, byte> _streams = new();
    private volatile bool _draining;

    public int Count => _streams.Count;

    /// <summary>True once the gateway is going down: no new stream is started.</summary>
    public bool Draining => _draining;

    /// <summary>Ends the streams whose deadline has passed. One call at a time.</summary>
    /// <param name="now">A clock that only goes forward; where it started does not matter.</param>
    public void Sweep(TimeSpan now)
    {
        foreach (var (stream, _) in _streams)
        {
            stream.Sweep(now);
        }
    }

    public void Add(LiveStream stream)
    {
        _streams.TryAdd(stream, 0);
        if (_draining)
        {
            // It may have come in after Drain() walked the list.
            stream.Close(CloseReason.Drained);
        }
    }

    public void Remove(LiveStream stream) => _streams.TryRemove(stream, out _);

    /// <summary>Ends every stream, those in mid-frame with that frame, and all that are still to come.</summary>
    public void Drain()
    {
        _draining = true;

        // A writer says "in a frame" and then looks at the flag; here the flag is set and then they are looked at. With the fence on this
        // side, which is passed once in a process's life, one of the two always sees the other, and writing an event needs none.
        Interlocked.MemoryBarrierProcessWide();
        foreach (var (stream, _) in _streams)
        {
            stream.Drain();
        }
    }
}
