namespace SseGateway.Streams.Telemetry;

/// <summary>Lets a warning through once a minute: what it warns of may happen with every request. For any thread.</summary>
internal sealed class RareWarning(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private long? _last;

    /// <summary>True when it is to be given now, and then not again for a minute.</summary>
    public bool IsDue()
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Period)
            {
                return false;
            }

            _last = time.GetTimestamp();
            return true;
        }
    }
}
