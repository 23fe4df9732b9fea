using System.CommandLine;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Reports.Changes;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Commands;

/// <summary><c>diff OLD NEW</c>, and <c>report diff</c>: which verdicts have changed, between two files, folders or days.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var older = new Argument<string>("old") { HelpName = "OLD", Description = "A report, a folder of reports, or a day (2026-11-26)" };
        var newer = new Argument<string>("new") { HelpName = "NEW", Description = "The same, later" };
        var command = new Command("diff", "Compares reports by target and case; the exit code is 1 when something got worse") { older, newer };
        command.SetAction(async (parsed, _) =>
        {
            var (before, after) = (await ReportSource.ReadAsync(parsed.GetValue(older)!), await ReportSource.ReadAsync(parsed.GetValue(newer)!));
            var changes = VerdictChange.Between(before, after);
            var output = parsed.InvocationConfiguration.Output;
            WriteTargets(output, before, after);
            Write(output, [.. changes.Where(change => Has(before, change.Target) && Has(after, change.Target))]);
            return changes.Any(change => change.Kind == ChangeKind.Worse) ? ExitCode.Failures : ExitCode.Fine;
        });
        return command;
    }

    private static bool Has(IReadOnlyList<RunReport> runs, string target) => runs.Any(run => run.Target == target);

    // What is in one of them alone: in a word, not case by case. And versions, which may be all that has changed.
    private static void WriteTargets(TextWriter output, IReadOnlyList<RunReport> before, IReadOnlyList<RunReport> after)
    {
        foreach (var run in before.Where(run => !Has(after, run.Target)))
        {
            output.WriteLine(PrintedText.Of($"{run.Target}: only in the older ({run.Results.Count} cases)"));
        }

        foreach (var run in after)
        {
            if (before.LastOrDefault(old => old.Target == run.Target) is not { } old)
            {
                output.WriteLine(PrintedText.Of($"{run.Target}: only in the newer ({run.Results.Count} cases)"));
            }
            else if (old.TargetVersion != run.TargetVersion)
            {
                output.WriteLine(PrintedText.Of($"{run.Target}: {old.TargetVersion ?? "?"} -> {run.TargetVersion ?? "?"}"));
            }
        }
    }

    private static void Write(TextWriter output, IReadOnlyList<VerdictChange> changes)
    {
        var style = ConsoleStyle.For(output);
        foreach (var kind in (ChangeKind[])[ChangeKind.Worse, ChangeKind.Better, ChangeKind.Other])
        {
            var some = changes.Where(change => change.Kind == kind).ToArray();
            if (some.Length == 0)
            {
                continue;
            }

            output.WriteLine(style.Head($"{kind} ({some.Length})"));
            foreach (var change in some)
            {
                var title = CaseCatalogue.Instance.Find(change.RunId.Split('@')[0])?.Title;
                output.WriteLine($"  {PrintedText.Of($"{change.Target}  {change.RunId} {title}")}: {Name(style, change.Old)} -> {Name(style, change.New)}");
                if (kind != ChangeKind.Better && change.New is { } result)
                {
                    output.WriteLine($"      {PrintedText.Of(result.Actual)}");
                }
            }
        }

        int Count(ChangeKind kind) => changes.Count(change => change.Kind == kind);
        output.WriteLine($"{Count(ChangeKind.Worse)} worse, {Count(ChangeKind.Better)} better, {Count(ChangeKind.Other)} other");
    }

    private static string Name(ConsoleStyle style, CaseResult? result) => result is null ? "not run" : style.Of(result.Verdict, result.Verdict.Name());
}
