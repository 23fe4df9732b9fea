using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>Everything that comes out of a run: a line for each case as it is done, then what has failed, totals and files.</summary>
/// <param name="begun">The run, without its results.</param>
/// <param name="options">What was asked for.</param>
/// <param name="writer">For the lines.</param>
/// <param name="time">For known failures that have a last day; the system's when left out.</param>
internal sealed class ReportOutput(RunReport begun, RunOptions options, TextWriter writer, TimeProvider? time = null)
{
    private readonly ConsoleReport _console = new(writer, ConsoleStyle.For(writer));

    /// <summary>Says what is run.</summary>
    public void Begin() => _console.WriteHead(begun);

    /// <summary>Says what came of a case.</summary>
    public void Tell(CaseResult result) => _console.WriteCase(Judge(begun with { Results = [result] }).Report.Results[0]);

    /// <summary>Says what has failed and how many, and writes the files that were asked for.</summary>
    /// <param name="report">The run with its results.</param>
    /// <returns>
    /// The exit code: 1 when something failed that is not known, else 3 when a case ended in ERROR (which says nothing of the target, and
    /// is never counted as failed), 2 when nothing was run, else 0. Failures come first: they stand, whatever else could not be run.
    /// </returns>
    /// <exception cref="UsageException">A file cannot be written.</exception>
    public async Task<int> EndAsync(RunReport report)
    {
        var judgement = Judge(InCatalogueOrder(report));
        _console.WriteEnd(judgement);
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

    private RunJudgement Judge(RunReport report) =>
        options.Known.Judge(report, options.FailOn, DateOnly.FromDateTime((time ?? TimeProvider.System).GetUtcNow().UtcDateTime));

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
