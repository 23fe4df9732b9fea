using System.Text.Json;

namespace SseGateway.Harness.Results;

/// <summary>One run of the harness against one target: what the JSON report holds. Several make a matrix.</summary>
internal sealed record RunReport
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public required string CatalogueVersion { get; init; }

    public required string HarnessVersion { get; init; }

    /// <summary><c>proxy</c>, <c>server</c> or <c>client</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The column's head, e.g. <c>nginx</c>.</summary>
    public required string Target { get; init; }

    public string? TargetVersion { get; init; }

    /// <summary>How the run was started.</summary>
    public required string Command { get; init; }

    /// <summary>A remark on the target's set-up.</summary>
    public string? Note { get; init; }

    public required DateTimeOffset Started { get; init; }

    public double Seconds { get; init; }

    /// <summary>Of everything random.</summary>
    public int Seed { get; init; }

    public required string Machine { get; init; }

    /// <summary>What the target or client has declared of itself: its profile as it was given; null without one.</summary>
    public JsonElement? Profile { get; init; }

    /// <summary>The target's configuration, its text by name of file; null where it was not given.</summary>
    public IReadOnlyDictionary<string, string>? Configuration { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    public required IReadOnlyList<CaseResult> Results { get; init; }
}
