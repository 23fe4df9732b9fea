using System.Text.Json;
using System.Text.Json.Serialization;

namespace SseGateway.Harness.ClientTests;

/// <summary>What a client under test declares of itself, from a JSON file.</summary>
internal sealed record ClientProfile
{
    /// <summary>It has no connection of its own: nothing about states, status codes and reconnecting is asked of it.</summary>
    public const string RawParser = "raw-parser";

    /// <summary>Its API gives the id that stands in the event itself, and none for the others.</summary>
    public const string EventIdsOnly = "event-ids-only";

    /// <summary>It reports <c>open</c> and <c>error</c> with states.</summary>
    public const string States = "states";

    /// <summary>It takes a clean end for the end of the stream, and does not ask again: as readers of one answer do.</summary>
    public const string CleanEndEnds = "clean-end-ends";

    /// <summary>One process takes many URLs.</summary>
    public const string Batch = "batch";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The column's head in reports.</summary>
    public string? Name { get; init; }

    public string? Version { get; init; }

    public string? Note { get; init; }

    /// <summary>See <c>harness/adapters/README.md</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The name in the query by which it gives the last event id, where it does not send the field; null mostly.</summary>
    public string? LastEventIdQuery { get; init; }

    public bool Has(string capability) => Capabilities.Contains(capability, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="JsonException">The file is no such JSON, or has a member that is not known.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ClientProfile Read(string path) => JsonSerializer.Deserialize<ClientProfile>(File.ReadAllText(path), Json) ?? new ClientProfile();
}
