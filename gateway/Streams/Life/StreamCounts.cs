using SseGateway.Streams.Telemetry;

namespace SseGateway.Streams.Life;

/// <summary>
/// What is counted of the streams of one route and mode. Each stream holds on to its own, so that counting is an addition and no look-up.
/// </summary>
internal sealed class StreamCounts(string routeId, StreamMode mode)
{
    private long _live;
    private long _frames;
    private long _bytes;

    /// <summary>Made once: a measurement takes it as it is.</summary>
    public KeyValuePair<string, object?>[] Labels { get; } = [new(MetricLabels.Route, routeId), new(MetricLabels.Mode, mode.Word())];

    public KeyValuePair<string, object?> Route => Labels[0];

    public KeyValuePair<string, object?> Mode => Labels[1];

    public long Live => Volatile.Read(ref _live);

    public long Frames => Volatile.Read(ref _frames);

    public long Bytes => Volatile.Read(ref _bytes);

    public void Opened() => Interlocked.Increment(ref _live);

    public void Closed() => Interlocked.Decrement(ref _live);

    /// <summary>Counts what a stream has passed on since the last time.</summary>
    /// <param name="frames">Its frames so far.</param>
    /// <param name="countedFrames">How many of them are in here already.</param>
    /// <param name="bytes">Its bytes so far.</param>
    /// <param name="countedBytes">How many of them are in here already.</param>
    public void Passed(long frames, ref long countedFrames, long bytes, ref long countedBytes)
    {
        Fold(frames, ref countedFrames, ref _frames);
        Fold(bytes, ref countedBytes, ref _bytes);
    }

    // The sweep and the stream's end may come at once, each with what it has read: whoever is behind adds nothing, so nothing counts twice
    // and no count goes back.
    private static void Fold(long now, ref long counted, ref long total)
    {
        var before = Volatile.Read(ref counted);
        while (before < now)
        {
            var seen = Interlocked.CompareExchange(ref counted, now, before);
            if (seen == before)
            {
                Interlocked.Add(ref total, now - before);
                return;
            }

            before = seen;
        }
    }
}
