using System.Threading.Tasks.Sources;

namespace SseGateway.Fleet.Leases;

/// <summary>Wakes the one who waits for it, now or the next time. Allocates nothing for a wait: a leader waits for each event.</summary>
internal sealed class Signal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private readonly ITimer _timer;

    // Guarded by _lock; when it completes it is of one thread alone.
    private ManualResetValueTaskSourceCore<bool> _waiter;
    private bool _isWaited;
    private bool _isSet;
    private long _due;
    private long _armed = long.MaxValue;

    public Signal() => _timer = TimeProvider.System.CreateTimer(
        static self => ((Signal)self!).Elapse(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set() => Set(here: false);

    /// <summary>The same, but whoever waits goes on on this thread, before this returns: nobody has to wait for another one.</summary>
    public void SetHere() => Set(here: true);

    /// <summary>Completes when it has been set since the last time, or after so long. One call at a time.</summary>
    public ValueTask WaitAsync(TimeSpan most)
    {
        lock (_lock)
        {
            if (_isSet || most == TimeSpan.Zero)
            {
                _isSet = false;
                return default;
            }

            _waiter.Reset();
            _isWaited = true;
            _due = most == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)Math.Ceiling(most.TotalMilliseconds);
            Arm();
            return new ValueTask(this, _waiter.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private void Set(bool here)
    {
        lock (_lock)
        {
            if (!_isWaited)
            {
                _isSet = true;
                return;
            }

            _isWaited = false;
        }

        _waiter.RunContinuationsAsynchronously = !here;
        _waiter.SetResult(true);
    }

    // One that is due sooner than this wait is left as it is, and armed again when it has found nothing to do: not for each wait.
    private void Arm()
    {
        if (_due < _armed)
        {
            _armed = _due;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, _due - Environment.TickCount64)), Timeout.InfiniteTimeSpan);
        }
    }

    private void Elapse()
    {
        lock (_lock)
        {
            _armed = long.MaxValue;
            if (!_isWaited)
            {
                return;
            }

            if (Environment.TickCount64 < _due)
            {
                Arm();
                return;
            }

            _isWaited = false;
        }

        _waiter.RunContinuationsAsynchronously = true;
        _waiter.SetResult(true);
    }
}
