namespace SseGateway.Protocol;

/// <summary>How long to wait before each attempt: the stream's reconnection time, and longer after failures in a row, never shorter.</summary>
internal sealed class ReconnectSchedule(EventSourceOptions options)
{
    // Doubling starts here even with "retry: 0", which is meant for servers that answer.
    private static readonly TimeSpan LeastBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    // A server that ends each stream at once and says "retry: 0" is not meant to be asked ten times a second for ever.
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HighestFloor = TimeSpan.FromSeconds(3);

    private int _failures;
    private int _shortLives;

    /// <summary>After a stream that brought something.</summary>
    /// <param name="reconnectDelay">The stream's reconnection time.</param>
    /// <param name="lived">How long there was a stream.</param>
    public TimeSpan AfterStream(TimeSpan reconnectDelay, TimeSpan lived)
    {
        _failures = 0;
        var floor = options.MinReconnectDelay * Math.Pow(2, Math.Min(_shortLives, 30));
        _shortLives = lived < LongLife ? _shortLives + 1 : 0;
        return Jittered(Max(Floor(reconnectDelay), lived < LongLife ? Min(floor, HighestFloor) : TimeSpan.Zero));
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
