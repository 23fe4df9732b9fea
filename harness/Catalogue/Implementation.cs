using System.Text.Json;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Scripts;

namespace SseGateway.Harness.Catalogue;

/// <summary>Which rows this harness can run, counted by what is there, and why not the others.</summary>
internal static class Implementation
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Reasons = new(LoadReasons);
    private static readonly Lazy<IReadOnlySet<string>> Whole = new(
        () => CaseCatalogue.Instance.Rows.Where(row => row.Roles.All(role => Has(row, role))).Select(row => row.Id).ToHashSet());

    /// <summary>Ids of all rows that can be run for each of their roles.</summary>
    public static IReadOnlySet<string> Ids => Whole.Value;

    /// <summary>Why a row of waves 1 and 2 is not there: by id, or by <c>ID:ROLE</c> where only that role is missing. From <c>not-yet.json</c>.</summary>
    public static IReadOnlyDictionary<string, string> NotYet => Reasons.Value;

    /// <summary>Whether a row can be run for one of its roles: clients by a script, all others by a case that drives a target.</summary>
    public static bool Has(CatalogueRow row, char role) =>
        role == 'C' ? CaseScripts.Find(row.Id) is not null : CheckCase.All.Any(check => check.Row.Id == row.Id);

    private static Dictionary<string, string> LoadReasons()
    {
        using var stream = typeof(Implementation).Assembly.GetManifestResourceStream("not-yet.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
