using System.Collections.Concurrent;

namespace SseGateway.Streams;

/// <summary>All live event streams of this process.</summary>
internal sealed class StreamRegistry
{
    private readonly ConcurrentDictionary<LiveStream, byte> _streams = new();
    private volatile bool _draining;
    private long _now;

    public int Count => _streams.Count;

    /// <summary>True once the gateway is going down: no new stream is started.</summary>
    public bool Draining => _draining;

    /// <summary>Seconds since the start, as of the last sweep: a clock that costs a stream nothing to read.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>Moves the clock and ends the streams whose deadline has passed.</summary>
    public void Sweep(long now)
    {
        Volatile.Write(ref _now, now);
        foreach (var (stream, _) in _streams)
        {
            if (stream.UpstreamIdle > TimeSpan.Zero && now - stream.LastBytesAt > stream.UpstreamIdle.TotalSeconds)
            {
                stream.Close(CloseReason.UpstreamFailed);
            }
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

    /// <summary>Ends every stream and all that are still to come.</summary>
    public void Drain()
    {
        _draining = true;
        foreach (var (stream, _) in _streams)
        {
            stream.Close(CloseReason.Drained);
        }
    }
}
