namespace LoadTests.Scenarios.Compare;

/// <summary>What a peer's process tree has used in one turn, and what its clients have seen.</summary>
internal sealed record PeerFigures
{
    public required string Peer { get; init; }

    public required double EventMicroseconds { get; init; }

    public required double OpenMicroseconds { get; init; }

    /// <summary>PSS, once all streams are open.</summary>
    public required double StreamKilobytes { get; init; }

    /// <summary>PSS, after the last event.</summary>
    public required double StreamKilobytesAtEnd { get; init; }

    /// <summary>RSS, after the last event.</summary>
    public required double StreamResidentKilobytes { get; init; }

    /// <summary>What the kernel counts for its control group, after the last event; null when there was none.</summary>
    public required double? StreamWorkingSetKilobytes { get; init; }

    public required double P50Ms { get; init; }

    public required double P99Ms { get; init; }

    public required long Events { get; init; }

    public required long Lost { get; init; }

    public required long Repeated { get; init; }

    /// <summary>Streams that were over, or never there.</summary>
    public required long Broken { get; init; }

    /// <summary>HTTP/2 connections that the clients have made; 0 over HTTP/1.1.</summary>
    public required long Connections { get; init; }

    /// <summary>With fewer clients and more events; null when that was not asked for.</summary>
    public BusyFigures? Busy { get; init; }

    /// <summary>The means of several turns; what was lost or broken is added up.</summary>
    public static PeerFigures Mean(IReadOnlyList<PeerFigures> turns) => new()
    {
        Peer = turns[0].Peer,
        EventMicroseconds = turns.Average(turn => turn.EventMicroseconds),
        OpenMicroseconds = turns.Average(turn => turn.OpenMicroseconds),
        StreamKilobytes = turns.Average(turn => turn.StreamKilobytes),
        StreamKilobytesAtEnd = turns.Average(turn => turn.StreamKilobytesAtEnd),
        StreamResidentKilobytes = turns.Average(turn => turn.StreamResidentKilobytes),
        StreamWorkingSetKilobytes = turns.Average(turn => turn.StreamWorkingSetKilobytes),

        // Percentiles have no mean; the middle turn's are shown.
        P50Ms = Middle(turns, turn => turn.P50Ms),
        P99Ms = Middle(turns, turn => turn.P99Ms),
        Events = turns.Sum(turn => turn.Events),
        Lost = turns.Sum(turn => turn.Lost),
        Repeated = turns.Sum(turn => turn.Repeated),
        Broken = turns.Sum(turn => turn.Broken),
        Connections = turns.Max(turn => turn.Connections),
        Busy = turns[0].Busy is null
            ? null
            : new BusyFigures(
                Middle(turns, turn => turn.Busy!.P50Ms), Middle(turns, turn => turn.Busy!.P99Ms), turns.Average(turn => turn.Busy!.EventsPerSecond)),
    };

    private static double Middle(IReadOnlyList<PeerFigures> turns, Func<PeerFigures, double> of) => turns.Select(of).Order().ElementAt(turns.Count / 2);
}
