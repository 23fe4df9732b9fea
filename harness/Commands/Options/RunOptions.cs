using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Commands.Options;

/// <summary>What every command that runs cases is told: which, and what to do with the results.</summary>
internal sealed record RunOptions
{
    public CaseFilter Filter { get; init; } = CaseFilter.Parse([]);

    /// <summary>Of everything random; drawn where none is given, and always printed.</summary>
    public int Seed { get; init; }

    /// <summary>How many cases may run at once.</summary>
    public int Parallel { get; init; } = 1;

    public KnownFailures Known { get; init; } = KnownFailures.None;

    public FailOn FailOn { get; init; } = FailOn.Failed;

    /// <summary>The column's head; null for what the command makes of the target.</summary>
    public string? Name { get; init; }

    public string? TargetVersion { get; init; }

    public string? Note { get; init; }

    public string? JsonFile { get; init; }

    public string? JUnitFile { get; init; }

    public string? HtmlFile { get; init; }

    /// <summary>The report of a run that has ended just now, with what is said of it here.</summary>
    /// <param name="mode">As <see cref="RunReport.Mode"/>.</param>
    /// <param name="target">What the target is called where nobody has named it.</param>
    /// <param name="command">How the run was started.</param>
    /// <param name="started">When.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="results">What it gave.</param>
    public RunReport Report(string mode, string target, string command, DateTimeOffset started, TimeSpan took, IReadOnlyList<CaseResult> results) => new()
    {
        CatalogueVersion = CaseCatalogue.Instance.Version,
        HarnessVersion = HarnessVersion.Text,
        Mode = mode,
        Target = Name ?? target,
        TargetVersion = TargetVersion,
        Command = command,
        Note = Note,
        Started = started,
        Seconds = took.TotalSeconds,
        Seed = Seed,
        Machine = HarnessVersion.Machine,
        Results = results,
    };
}
