namespace LoadTests.Scenarios.Compare;

/// <summary>What a peer's process tree has used in one turn, and what its clients have seen.</summary>
internal sealed record PeerFigures
{
    public required string Peer { get; init; }

    public required double EventMicroseconds { get; init; }

    public required double OpenMicroseconds { get; init; }

    /// <summary>Once all streams are open.</summary>
    public required double StreamKilobytes { get; init; }

    /// <summary>After the last event.</summary>
    public required double StreamKilobytesAtEnd { get; init; }

    public required double P50Ms { get; init; }

    public required double P99Ms { get; init; }

    public required long Events { get; init; }

    public required long Lost { get; init; }

    /// <summary>Streams that were over, or never there.</summary>
    public required long Broken { get; init; }

    /// <summary>The means of several turns; what was lost or broken is added up.</summary>
    public static PeerFigures Mean(IReadOnlyList<PeerFigures> turns) => new()
    {
        Peer = turns[0].Peer,
        EventMicroseconds = turns.Average(turn => turn.EventMicroseconds),
        OpenMicroseconds = turns.Average(turn => turn.OpenMicroseconds),
        StreamKilobytes = turns.Average(turn => turn.StreamKilobytes),
        StreamKilobytesAtEnd = turns.Average(turn => turn.StreamKilobytesAtEnd),

        // Percentiles have no mean; the middle turn's are shown.
        P50Ms = turns.Select(turn => turn.P50Ms).Order().ElementAt(turns.Count / 2),
        P99Ms = turns.Select(turn => turn.P99Ms).Order().ElementAt(turns.Count / 2),
        Events = turns.Sum(turn => turn.Events),
        Lost = turns.Sum(turn => turn.Lost),
        Broken = turns.Sum(turn => turn.Broken),
    };
}
