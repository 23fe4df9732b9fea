using System.Text.Json.Serialization;
using SseGateway.Harness.Catalogue;

namespace SseGateway.Harness.Scripts;

/// <summary>A catalogue row as data: what the stream server does, and what is expected of its reader.</summary>
internal sealed record CaseScript
{
    public required string Id { get; init; }

    /// <summary>What the client has to declare for it.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>About states, status codes or reconnecting, so nothing for a parser without a connection.</summary>
    public bool NeedsClient { get; init; }

    /// <summary>Measures time: not beside many others.</summary>
    public bool Serial { get; init; }

    /// <summary>Sends so much that whatever is beside it is late: not beside any other.</summary>
    [JsonIgnore]
    public bool Floods => Id.StartsWith("2.3.", StringComparison.Ordinal) || Id.StartsWith("2.4.", StringComparison.Ordinal);

    /// <summary>
    /// What of a run is told as its result, beside the verdict: <c>delays</c>, <c>comments</c>, <c>urls</c>, <c>requests</c>, <c>events</c>,
    /// <c>retry</c>, or the name of a field of the last request.
    /// </summary>
    public IReadOnlyList<string> Tells { get; init; } = [];

    /// <summary>How long one run may take.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>What is expected, where that is more exact than the catalogue's text.</summary>
    public string? Expected { get; init; }

    /// <summary>At least one; all have to be as expected.</summary>
    public required IReadOnlyList<ScriptRun> Runs { get; init; }

    [JsonIgnore]
    public CatalogueRow Row => CaseCatalogue.Instance.Find(Id) ?? throw new InvalidOperationException($"{Id} is not in the catalogue");
}
