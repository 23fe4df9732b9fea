using System.Text.Json;

namespace SseGateway.Harness.Catalogue;

/// <summary>All rows, in the catalogue's order, from the <c>catalogue.json</c> inside this program.</summary>
internal sealed record CaseCatalogue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<CaseCatalogue> Loaded = new(Load);

    public static CaseCatalogue Instance => Loaded.Value;

    /// <summary>Goes up with every change of a row; it is in every report.</summary>
    public required string Version { get; init; }

    /// <summary>Titles by group number.</summary>
    public required IReadOnlyDictionary<string, string> Groups { get; init; }

    /// <summary>Slugs by section number.</summary>
    public required IReadOnlyDictionary<string, string> Sections { get; init; }

    public required IReadOnlyList<CatalogueRow> Rows { get; init; }

    public CatalogueRow? Find(string id) => Rows.FirstOrDefault(row => row.Id == id);

    private static CaseCatalogue Load()
    {
        using var stream = typeof(CaseCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        return JsonSerializer.Deserialize<CaseCatalogue>(stream, Json)!;
    }
}
