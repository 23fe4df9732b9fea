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
}
