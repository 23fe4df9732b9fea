using LoadTests.Measures;
using LoadTests.Running.Samples;

namespace LoadTests.Report;

/// <summary>What a run leaves behind.</summary>
internal sealed record LoadReport
{
    /// <summary>Of this shape; grows when a member changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    public required string Scenario { get; init; }

    public required string Question { get; init; }

    public required string Command { get; init; }

    public required string Runner { get; init; }

    public required string Machine { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required double Seconds { get; init; }

    public required bool Interrupted { get; init; }

    public required IReadOnlyList<Requirement> Requirements { get; init; }

    public required IReadOnlyList<Figure> Figures { get; init; }

    public required Counts Counts { get; init; }

    public required IReadOnlyList<TimingSummary> Timings { get; init; }

    public required IReadOnlyList<Mark> Marks { get; init; }

    public required IReadOnlyList<Sample> Samples { get; init; }
}
