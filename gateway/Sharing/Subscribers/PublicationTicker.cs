using SseGateway.Configuration.Settings;

namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// One clock for all publications that wait for more to leave with (<see cref="Publisher"/>): a wheel of which each tick lets out what is due. It stands still
/// while nothing waits.
/// </summary>
internal sealed class PublicationTicker : IDisposable
{
    /// <summary>What waits is let out this often: windows are as many of these, one at least.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private static readonly int Slots = (int)(RouteSettings.LongestCoalesce / Tick) + 1;

    // Null by the machine's clock, which has a thread of its own: a timer wakes the thread pool two hundred times a second, whose threads, idle else, look
    // around for more to do each time.
    private readonly ITimer? _timer;
    private readonly object _lock = new();

    // Guarded by _lock, all of them. One slot more than a window has ticks: the one that is gone through.
    private readonly List<Publisher>[] _wheel = [.. Enumerable.Range(0, Slots).Select(_ => new List<Publisher>())];
    private int _now;
    private int _waiting;
    private bool _runs;
    private bool _disposed;

    public PublicationTicker(TimeProvider time) => _timer = time == TimeProvider.System ? null : time.CreateTimer(
        static self => ((PublicationTicker)self!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Calls back when the window has passed. Each publisher once at a time.</summary>
    /// <param name="publisher">Who is called.</param>
    /// <param name="window">After what time; more than zero, and no more than the longest.</param>
    public void Add(Publisher publisher, TimeSpan window)
    {
        var ticks = Math.Clamp((int)Math.Ceiling(window / Tick), 1, Slots - 1);
        lock (_lock)
        {
            _wheel[(_now + ticks) % Slots].Add(publisher);
            if (_waiting++ == 0)
            {
                Go();
            }
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _disposed = true;
            Monitor.Pulse(_lock);
        }
    }

    // Under _lock.
    private void Go()
    {
        _timer?.Change(Tick, Tick);
        if (_timer is null && !_runs)
        {
            _runs = true;
            new Thread(Run) { IsBackground = true, Name = "coalescing" }.Start();
        }

        Monitor.Pulse(_lock);
    }

    private void Run()
    {
        while (true)
        {
            lock (_lock)
            {
                while (_waiting == 0 && !_disposed)
                {
                    Monitor.Wait(_lock);
                }

                if (_disposed)
                {
                    return;
                }
            }

            Thread.Sleep(Tick);
            OnTick();
        }
    }

    // Lists change hands: nobody is called under the lock, and no list is made.
    private void OnTick()
    {
        List<Publisher> due;
        lock (_lock)
        {
            _now = (_now + 1) % Slots;
            due = _wheel[_now];
            if (due.Count == 0)
            {
                return;
            }

            _wheel[_now] = [];
            _waiting -= due.Count;
            if (_waiting == 0)
            {
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var publisher in due)
        {
            publisher.WindowPassed();
        }
    }
}
