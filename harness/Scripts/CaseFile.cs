namespace SseGateway.Harness.Scripts;

/// <summary>The cases of one section as data: <c>harness/cases/*.json</c>, inside this program.</summary>
internal sealed record CaseFile
{
    /// <summary>Of the catalogue, e.g. <c>1.1</c>.</summary>
    public required string Section { get; init; }

    /// <summary>Where bytes and expectations come from.</summary>
    public required string Source { get; init; }

    public required IReadOnlyList<CaseScript> Cases { get; init; }
}
