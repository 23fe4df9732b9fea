namespace SseGateway.Transport.Gathering;

/// <summary>Comes once a millisecond, as long as somebody waits for it: what connections have gathered by then is sent.</summary>
/// <param name="time">What says how long ago something was.</param>
internal sealed class GatheringRound(TimeProvider time)
{
    private const int Milliseconds = 1;

    private static readonly Lazy<GatheringRound> OfProcess = new(Start);

    private readonly long _length = time.TimestampFrequency * Milliseconds / 1000;
    private readonly object _lock = new();

    // Guarded by _lock.
    private List<GatheredWriter> _waiting = [];

    // The round's alone.
    private List<GatheredWriter> _due = [];

    /// <summary>The process's.</summary>
    public static GatheringRound Shared => OfProcess.Value;

    public long Now => time.GetTimestamp();

    /// <summary>True within the length of a round after it.</summary>
    public bool IsRecent(long then) => Now - then < _length;

    /// <summary>Has it be told when the round comes.</summary>
    public void Add(GatheredWriter writer)
    {
        lock (_lock)
        {
            _waiting.Add(writer);
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_lock);
            }
        }
    }

    /// <summary>Tells all who wait. One call at a time.</summary>
    public void Come()
    {
        lock (_lock)
        {
            (_waiting, _due) = (_due, _waiting);
        }

        foreach (var writer in _due)
        {
            writer.OnRound();
        }

        _due.Clear();
    }

    // A thread of its own, since .NET's timers go by a clock that moves in steps of 4 ms on most kernels.
    private static GatheringRound Start()
    {
        var round = new GatheringRound(TimeProvider.System);
        new Thread(round.Run) { IsBackground = true, Name = "gathering" }.Start();
        return round;
    }

    private void Run()
    {
        while (true)
        {
            lock (_lock)
            {
                while (_waiting.Count == 0)
                {
                    Monitor.Wait(_lock);
                }
            }

            Thread.Sleep(Milliseconds);
            Come();
        }
    }
}
