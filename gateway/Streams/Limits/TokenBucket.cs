namespace SseGateway.Streams.Limits;

/// <summary>
/// A token bucket on a caller's clock. System.Threading.RateLimiting reads the machine's clock itself (no TimeProvider), and is a
/// disposable with a timer or a lock of its own; this is used under the lock of <see cref="StreamLimiter"/>.
/// </summary>
internal struct TokenBucket
{
    private double _tokens;
    private long _refilledAt;
    private bool _started;

    /// <summary>Takes a token, if there is one at this moment.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="perSecond">Tokens that come back a second; more than 0.</param>
    /// <param name="burst">Tokens the full bucket holds; 0 is one second's worth. At least one.</param>
    public bool TryTake(TimeProvider time, double perSecond, int burst)
    {
        var capacity = Capacity(perSecond, burst);
        var now = time.GetTimestamp();
        _tokens = _started ? Math.Min(capacity, _tokens + (time.GetElapsedTime(_refilledAt, now).TotalSeconds * perSecond)) : capacity;
        _refilledAt = now;
        _started = true;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    /// <summary>Puts a token back that was taken for nothing.</summary>
    public void PutBack(double perSecond, int burst) => _tokens = Math.Min(Capacity(perSecond, burst), _tokens + 1);

    private static double Capacity(double perSecond, int burst) => Math.Max(1, burst > 0 ? burst : perSecond);
}
