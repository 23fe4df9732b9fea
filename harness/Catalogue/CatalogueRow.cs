using System.Text.Json.Serialization;

namespace SseGateway.Harness.Catalogue;

/// <summary>One row of the catalogue. Texts are Markdown, bytes in them C-escaped as section 0.1 says.</summary>
internal sealed record CatalogueRow
{
    /// <summary><c>group.section.case</c>; never renumbered, never used again.</summary>
    public required string Id { get; init; }

    /// <summary>The same by name, e.g. <c>parse/bom/1</c>.</summary>
    public required string Slug { get; init; }

    /// <summary><c>group.section</c>.</summary>
    public required string Section { get; init; }

    public required string Title { get; init; }

    /// <summary>Who is tested, one letter each: C client, X proxy, G gateway edge, P publisher.</summary>
    public required string Roles { get; init; }

    [JsonPropertyName("level")]
    public required char LevelLetter { get; init; }

    /// <summary>1 for the core set, 2 for all other musts that need nothing special, 3 for the rest.</summary>
    public required int Wave { get; init; }

    public bool Core { get; init; }

    /// <summary>Takes more than 10 s.</summary>
    public bool Long { get; init; }

    /// <summary>Needs bytes that no HTTP library sends.</summary>
    public bool Raw { get; init; }

    /// <summary>What the target has to declare for it.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>What it means to people where this fails, in a sentence; null where the title says it.</summary>
    public string? Fails { get; init; }

    public required string Sent { get; init; }

    public required string Expected { get; init; }

    /// <summary>The clause, or the reason the row is there.</summary>
    public required string Clause { get; init; }

    [JsonIgnore]
    public Level Level => LevelLetter switch
    {
        'M' => Level.Must,
        'S' => Level.Should,
        _ => Level.Informational,
    };

    public bool IsFor(char role) => Roles.Contains(role);
}
