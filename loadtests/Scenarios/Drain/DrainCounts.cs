using LoadTests.Clients;
using LoadTests.Report;

namespace LoadTests.Scenarios.Drain;

/// <summary>What the clients saw of the drain, for any thread.</summary>
/// <param name="seconds">How long at most.</param>
internal sealed class DrainCounts(int seconds)
{
    private int _cut;
    private int _untold;
    private int _back;

    /// <summary>Streams that ended.</summary>
    public PerSecond Closes { get; } = new(seconds);

    /// <summary>Attempts to open a stream again, counted when the connection is begun.</summary>
    public PerSecond Reconnects { get; } = new(seconds);

    /// <summary>Streams that ended in the middle of the response.</summary>
    public int Cut => _cut;

    /// <summary>Streams that ended without a time to wait.</summary>
    public int Untold => _untold;

    /// <summary>Streams that clients have come back to.</summary>
    public int Returned => Volatile.Read(ref _back);

    public void Back() => Interlocked.Increment(ref _back);

    public void Start()
    {
        Closes.Start();
        Reconnects.Start();
    }

    public void StreamEnded(StreamEnd end, TimeSpan? retry)
    {
        Closes.Add();
        if (end == StreamEnd.Cut)
        {
            Interlocked.Increment(ref _cut);
        }

        if (retry is null)
        {
            Interlocked.Increment(ref _untold);
        }
    }
}
