using LoadTests.Measures;

namespace LoadTests.Clients;

/// <summary>What a client of numbered events has had: counts, and finds what is missing or comes again.</summary>
/// <param name="measured">Where it counts.</param>
/// <param name="timed">Whether the age of events counts.</param>
internal sealed class EventTrail(IMeasured measured, bool timed = true)
{
    private long _newest = -1;
    private bool _gap;

    /// <summary>Whether there was an event.</summary>
    public bool HasBegun => Volatile.Read(ref _newest) >= 0;

    /// <summary>Events that are still to come up to a number; a client that has none yet misses one.</summary>
    public long Missing(long newest) => Volatile.Read(ref _newest) is var has && has < 0 ? Math.Min(newest, 1) : Math.Max(0, newest - has);

    /// <summary>A notice says that something is missing: what the client is told to get elsewhere is not lost in silence.</summary>
    public void Gap()
    {
        _gap = true;
        measured.Gap();
    }

    /// <summary>An event's data.</summary>
    public void Take(ReadOnlySpan<byte> data)
    {
        if (!StampedData.TryRead(data, out var age, out var number))
        {
            measured.Event(data.Length);
            return;
        }

        measured.Event(data.Length, timed ? age : null);

        var newest = _newest;
        if (newest >= 0 && number <= newest)
        {
            measured.Repeated();
            return;
        }

        if (newest >= 0 && !_gap)
        {
            measured.Lost(number - newest - 1);
        }

        _gap = false;
        Volatile.Write(ref _newest, number);
    }
}
