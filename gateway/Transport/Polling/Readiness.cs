using System.Threading.Tasks.Sources;

namespace SseGateway.Transport.Polling;

/// <summary>That there is something to read from one socket. One waits at a time, and goes on where it is told.</summary>
internal sealed class Readiness : IValueTaskSource
{
    private const int Nothing = 0;
    private const int Ready = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private volatile bool _hungUp;
    private int _state;

    /// <summary>Where the poller has it; the poller's.</summary>
    public int Slot { get; set; }

    /// <summary>True when what is read is sent together with what others of the same poller have read.</summary>
    public bool IsGathered { get; set; }

    /// <summary>True when there is an end to be read, behind what else there is.</summary>
    public bool HungUp => _hungUp;

    /// <summary>Completes when something has come since the last time. It may be nothing.</summary>
    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Nothing) == Nothing)
        {
            return new(this, _source.Version);
        }

        Volatile.Write(ref _state, Nothing);
        return default;
    }

    /// <summary>Says so. For any thread, on which who waits goes on.</summary>
    /// <param name="hungUp">An end has come.</param>
    public void Set(bool hungUp)
    {
        if (hungUp)
        {
            _hungUp = true;
        }

        if (Interlocked.Exchange(ref _state, Ready) == Awaited)
        {
            // Another call meanwhile is not lost: whoever waits looks now.
            Volatile.Write(ref _state, Nothing);
            _source.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
