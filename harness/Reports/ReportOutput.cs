using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>Everything that comes out of a run.</summary>
internal static class ReportOutput
{
    /// <summary>Prints the run, and writes the files that were asked for.</summary>
    /// <param name="report">The run; its known failures are found here.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="writer">For the tree.</param>
    /// <param name="time">For known failures that have a last day; the system's when left out.</param>
    /// <returns>
    /// The exit code: 1 when something failed that is not known, else 3 when a case ended in ERROR (which says nothing of the target, and
    /// is never counted as failed), 2 when nothing was run, else 0. Failures come first: they stand, whatever else could not be run.
    /// </returns>
    /// <exception cref="UsageException">A file cannot be written.</exception>
    public static async Task<int> WriteAsync(RunReport report, RunOptions options, TextWriter writer, TimeProvider? time = null)
    {
        var today = DateOnly.FromDateTime((time ?? TimeProvider.System).GetUtcNow().UtcDateTime);
        var judgement = options.Known.Judge(InCatalogueOrder(report), options.FailOn, today);
        new ConsoleReport(writer, ConsoleStyle.For(writer)).Write(judgement);
        if (options.JsonFile is { } json)
        {
            await RunReportFile.WriteAsync(json, judgement.Report);
        }

        if (options.JUnitFile is { } junit)
        {
            await ReportFile.WriteAsync(junit, JUnitReport.Of(judgement));
        }

        if (options.HtmlFile is { } html)
        {
            await ReportFile.WriteAsync(html, HtmlReport.Of([judgement.Report]));
        }

        return ExitCodeOf(judgement);
    }

    // Cases that run at once come to their end in any order.
    private static RunReport InCatalogueOrder(RunReport report)
    {
        var places = CaseCatalogue.Instance.Rows.Select((row, index) => (row.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index);
        return report with { Results = report.Results.OrderBy(result => places.GetValueOrDefault(result.Id, int.MaxValue)).ToArray() };
    }

    private static int ExitCodeOf(RunJudgement judgement) => judgement switch
    {
        { NewFailures.Count: > 0 } => ExitCode.Failures,
        { Report.Results.Count: 0 } => ExitCode.Usage,
        _ => judgement.Report.Results.Any(result => result.Verdict == Verdict.Error) ? ExitCode.HarnessError : ExitCode.Fine,
    };
}
