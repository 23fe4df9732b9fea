using System.Net;
using System.Text.Json;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>One or many runs as one page, cases by targets, that needs nothing beside it: it works from a disk and without a network.</summary>
internal static class HtmlReport
{
    // The default encoder writes <, > and & as escapes, so nothing in a report can end the script element that holds it.
    private static readonly JsonSerializerOptions Json = new(RunReportFile.Json) { WriteIndented = false };

    /// <summary>The page; each run is a column, in the order given.</summary>
    public static string Of(IReadOnlyList<RunReport> runs)
    {
        var title = runs.Count == 1 ? $"{runs[0].Target} · Server-Sent Events" : $"Server-Sent Events: {runs.Count} targets";
        return Asset("page.html")
            .Replace("{{title}}", Encoded(title), StringComparison.Ordinal)
            .Replace("{{style}}", Asset("page.css"), StringComparison.Ordinal)
            .Replace("{{summary}}", Asset("summary.js"), StringComparison.Ordinal)
            .Replace("{{script}}", Asset("page.js"), StringComparison.Ordinal)
            .Replace("{{data}}", Data(runs), StringComparison.Ordinal);
    }

    // Braces too, lest a target that is called after one of the page's places is taken for it.
    private static string Encoded(string text) => WebUtility.HtmlEncode(text).Replace("{", "&#123;", StringComparison.Ordinal);

    private static string Data(IReadOnlyList<RunReport> runs)
    {
        var catalogue = CaseCatalogue.Instance;
        var ids = runs.SelectMany(run => run.Results).Select(result => result.Id).ToHashSet();
        return JsonSerializer.Serialize(
            new
            {
                catalogue.Version,
                catalogue.Groups,
                catalogue.Sections,
                Verdicts = VerdictText.All.Select(verdict => new { Key = verdict, Name = verdict.Name(), Meaning = verdict.Meaning() }),
                Endings = Enum.GetValues<Ending>().Where(ending => ending != Ending.None).Select(ending => new { Key = ending, Meaning = ending.Meaning() }),
                Rows = catalogue.Rows.Where(row => ids.Contains(row.Id)).Select(row => new { Row = row, Links = ClauseLinks.In(row.Clause) }),
                Runs = runs,
            },
            Json);
    }

    /// <summary>A part of a page, inside this program.</summary>
    internal static string Asset(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("page/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
