using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running.Samples;

namespace LoadTests.Running;

/// <summary>What came of a run.</summary>
internal sealed record LoadResult
{
    public Counts Counts { get; init; } = new();

    public IReadOnlyList<TimingSummary> Timings { get; init; } = [];

    public IReadOnlyList<Sample> Samples { get; init; } = [];

    public IReadOnlyList<Mark> Marks { get; init; } = [];

    /// <summary>Whether it was ended before its time, by Ctrl+C or a failure.</summary>
    public bool Interrupted { get; init; }

    /// <summary>What the scenario has to say beside that.</summary>
    public List<Figure> Figures { get; } = [];

    public TimingSummary Timing(string name) => Timings.First(timing => timing.Name == name);
}
