using System.Globalization;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>A run as it goes: a line for each case in the order in which they are done, with the failures once more at the end.</summary>
internal sealed class ConsoleReport(TextWriter writer, ConsoleStyle style)
{
    private const int TitleWidth = 58;
    private const int VerdictWidth = 10;
    private readonly CaseCatalogue _catalogue = CaseCatalogue.Instance;

    public void WriteHead(RunReport report) =>
        writer.WriteLine(style.Head(PrintedText.Of($"{report.Mode} {report.Target}{(report.TargetVersion is { } version ? " " + version : "")}"))
            + style.Faint($"  sse-harness {report.HarnessVersion}, catalogue {report.CatalogueVersion}, seed {report.Seed}"));

    public void WriteCase(CaseResult result)
    {
        var name = PrintedText.Of($"{result.RunId()} {_catalogue.Find(result.Id)?.Title}");
        name = name.Length > TitleWidth ? name[..(TitleWidth - 1)] + "…" : name;
        var ending = result.EndingText();
        var rest = string.Join("  ", new[]
        {
            style.Of(result.Verdict, result.Verdict.Name().PadRight(VerdictWidth)),
            result.EndingRight == false ? style.Wrong(ending.PadRight(8)) : ending.PadRight(8),
            style.Faint(TimingText.Of(result.Timing)),
            result.Known is null ? "" : style.Faint("known: " + PrintedText.Of(result.Known)),
            result.Verdict is Verdict.Ok ? "" : style.Faint(PrintedText.Of(result.Actual)),
        }.Where(part => part.Length > 0));
        writer.WriteLine($"  {name.PadRight(TitleWidth)}  {rest}".TrimEnd());
        writer.Flush();
    }

    /// <summary>What has failed, in full, and the totals.</summary>
    public void WriteEnd(RunJudgement judgement)
    {
        var report = judgement.Report;
        WriteList("Failures", judgement.NewFailures);
        WriteList(
            "Errors of the harness or the set-up (they say nothing of the target)", report.Results.Where(result => result.Verdict == Verdict.Error).ToArray());
        WriteKnown(judgement);
        WriteTotals(judgement);
    }

    // The four lines of h2spec, its best part: what is asked, what would do, what came, and how to see it again.
    private void WriteList(string head, IReadOnlyList<CaseResult> results)
    {
        if (results.Count == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine(style.Head(head));
        foreach (var result in results)
        {
            var row = _catalogue.Find(result.Id);
            writer.WriteLine();
            writer.WriteLine($"  {style.Of(result.Verdict, result.Verdict.Name())} {PrintedText.Of($"{result.RunId()} {row?.Title}")}");
            writer.WriteLine($"    clause:   {PrintedText.Of(CaseText.Clause(row))}");
            writer.WriteLine($"    expected: {PrintedText.Of(CaseText.Plain(result.Expected))}");
            writer.WriteLine($"    actual:   {PrintedText.Of(result.Actual)}{(result.EndingRight == false ? $" (ending {result.EndingText()})" : "")}");
            writer.WriteLine($"    again:    {PrintedText.Of(result.Again)}");
        }
    }

    private void WriteKnown(RunJudgement judgement)
    {
        if (judgement.Fixed.Count + judgement.Expired.Count > 0)
        {
            writer.WriteLine();
        }

        foreach (var entry in judgement.Fixed)
        {
            writer.WriteLine(style.Of(Verdict.Ok, PrintedText.Of($"fixed: {entry} passes now: take it out of the file of known failures ({entry.Reason})")));
        }

        foreach (var entry in judgement.Expired)
        {
            writer.WriteLine(style.Wrong(PrintedText.Of($"expired: {entry} was known until {entry.Until:yyyy-MM-dd} and still fails ({entry.Reason})")));
        }
    }

    private void WriteTotals(RunJudgement judgement)
    {
        var results = judgement.Report.Results;
        var counts = VerdictText.All.Select(verdict => (verdict, Count: results.Count(result => result.Verdict == verdict)))
            .Where(pair => pair.Count > 0).Select(pair => style.Of(pair.verdict, $"{pair.Count} {pair.verdict.Name()}"));
        var known = results.Count(result => result.Known is not null);
        var wrongEndings = results.Count(result => result.EndingRight == false);
        writer.WriteLine();
        writer.WriteLine(string.Join(", ", [
            $"{results.Count} {(results.Count == 1 ? "case" : "cases")}: {string.Join(", ", counts)}",
            .. known > 0 ? [$"{known} of the failures known"] : Array.Empty<string>(),
            .. wrongEndings > 0 ? [$"{wrongEndings} wrong {(wrongEndings == 1 ? "ending" : "endings")}"] : Array.Empty<string>(),
        ]) + string.Create(CultureInfo.InvariantCulture, $"; {judgement.Report.Seconds:0.0} s, seed {judgement.Report.Seed}"));
    }
}
