namespace SseGateway.Protocol;

/// <summary>How long to wait before each attempt: the stream's reconnection time, and longer after failures in a row, never shorter.</summary>
internal sealed class ReconnectSchedule(EventSourceOptions options)
{
    // Doubling starts here even with "retry: 0", which is meant for servers that answer.
    private static readonly TimeSpan LeastBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private int _failures;

    /// <summary>After a stream that brought something.</summary>
    public TimeSpan AfterStream(TimeSpan reconnectDelay)
    {
        _failures = 0;
        return Jittered(Floor(reconnectDelay));
    }

    /// <summary>After an attempt that brought no stream, or a stream without a byte. Counts the failures in a row.</summary>
    /// <param name="reconnectDelay">The stream's reconnection time.</param>
    /// <param name="retryAfter">What the answer asked for, if it did.</param>
    public TimeSpan AfterFailure(TimeSpan reconnectDelay, TimeSpan? retryAfter)
    {
        var least = Floor(reconnectDelay);
        var doubled = Max(least, LeastBackoff) * Math.Pow(2, Math.Min(_failures, 30));
        _failures++;
        var most = Max(least, Min(doubled, options.MaxReconnectDelay));
        // Half of the growth is random, so that clients which failed together spread out.
        var wait = least + (most - least) * (0.5 + Random.Shared.NextDouble() / 2);
        return Jittered(Min(Max(wait, retryAfter ?? TimeSpan.Zero), Longest));
    }

    private TimeSpan Floor(TimeSpan reconnectDelay) => Max(reconnectDelay, options.MinReconnectDelay);

    private TimeSpan Jittered(TimeSpan wait) => Min(wait + wait * (options.ReconnectJitter * Random.Shared.NextDouble()), Longest);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
