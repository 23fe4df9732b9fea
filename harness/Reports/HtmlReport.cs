using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>One or many runs as one page.</summary>
internal static class HtmlReport
{
    public static string Of(IReadOnlyList<RunReport> runs) => runs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
