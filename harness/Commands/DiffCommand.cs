using System.CommandLine;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;

namespace SseGateway.Harness.Commands;

/// <summary><c>diff OLD NEW</c>: which verdicts have changed.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var older = new Argument<string>("old") { HelpName = "OLD.json" };
        var newer = new Argument<string>("new") { HelpName = "NEW.json" };
        var command = new Command("diff", "Compares two reports by target and case; the exit code is 1 when something got worse") { older, newer };
        command.SetAction(async (parsed, _) =>
        {
            var changes = VerdictChange.Between(await RunReportFile.ReadAsync(parsed.GetValue(older)!), await RunReportFile.ReadAsync(parsed.GetValue(newer)!));
            Write(parsed.InvocationConfiguration.Output, changes);
            return changes.Any(change => change.Kind == ChangeKind.Worse) ? ExitCode.Failures : ExitCode.Fine;
        });
        return command;
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

    private static string Name(ConsoleStyle style, Results.CaseResult? result) => result is null ? "not run" : style.Of(result.Verdict, result.Verdict.Name());
}
