using System.Text.RegularExpressions;
using SseGateway.Harness.Catalogue;

namespace SseGateway.Harness.Reports;

/// <summary>The catalogue's Markdown as plain text.</summary>
internal static partial class CaseText
{
    /// <summary>Without the marks for code and emphasis.</summary>
    public static string Plain(string markdown) => Remarks().Replace(markdown, "$1").Replace("`", "", StringComparison.Ordinal);

    /// <summary>The clause, or what stands for it: rows without one are there for the reason their title gives.</summary>
    public static string Clause(CatalogueRow? row) =>
        row is null ? "not in this catalogue" : row.Clause.Length == 0 ? $"catalogue {row.Id}" : Plain(row.Clause);

    // The only emphasis there is: *(by reading ...)*.
    [GeneratedRegex(@"\*(\(by reading[^)]*\))\*")]
    private static partial Regex Remarks();
}
