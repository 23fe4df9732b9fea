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

    /// <summary>How many times longer than usual everything may take.</summary>
    public double Patience { get; init; } = 1;

    /// <summary>Whether what has failed is asked once more, alone, before it is told.</summary>
    public bool Confirms { get; init; } = true;

    public KnownFailures Known { get; init; } = KnownFailures.None;

    public FailOn FailOn { get; init; } = FailOn.Failed;

    /// <summary>The column's head; null for what the command makes of the target.</summary>
    public string? Name { get; init; }

    public string? TargetVersion { get; init; }

    public string? Note { get; init; }

    public string? JsonFile { get; init; }

    public string? JUnitFile { get; init; }

    public string? HtmlFile { get; init; }

    /// <summary>The report of a run that begins now, with what is said of it here.</summary>
    /// <param name="mode">As <see cref="RunReport.Mode"/>.</param>
    /// <param name="target">What the target is called where nobody has named it.</param>
    /// <param name="command">How the run was started.</param>
    public RunReport Begin(string mode, string target, string command) => new()
    {
        CatalogueVersion = CaseCatalogue.Instance.Version,
        HarnessVersion = HarnessVersion.Text,
        Mode = mode,
        Target = Name ?? target,
        TargetVersion = TargetVersion,
        Command = command,
        Note = Note,
        Started = DateTimeOffset.Now,
        Seed = Seed,
        Machine = HarnessVersion.Machine,
        Results = [],
    };
}
