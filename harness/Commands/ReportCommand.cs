using System.CommandLine;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Commands;

/// <summary><c>report</c>: what can be made of the JSON of runs.</summary>
internal static class ReportCommand
{
    public static Command Create() =>
        new("report", "Makes one report of the JSON of one or several runs") { Merge(), Html(), Settings(), DiffCommand.Create() };

    private static Command Merge()
    {
        var files = Files();
        var html = new Option<string?>("--html") { HelpName = "FILE", Description = "Write one page there, a column for each run" };
        var json = new Option<string?>("--json") { HelpName = "FILE", Description = "Write all runs there as one file" };
        var command = new Command("merge", "Puts runs side by side; takes files of one run and files that were merged before") { files, html, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(html) is null && result.GetValue(json) is null)
            {
                result.AddError("report merge: where to? --html FILE, --json FILE or both");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var runs = await ReadAsync(parsed.GetValue(files)!);
            if (parsed.GetValue(json) is { } jsonFile)
            {
                await RunReportFile.WriteAsync(jsonFile, runs);
            }

            await WriteHtmlAsync(parsed.GetValue(html), runs);
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{runs.Count} {(runs.Count == 1 ? "run" : "runs")}: {string.Join(", ", runs.Select(run => PrintedText.Of(run.Target)))}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Html()
    {
        var files = Files();
        var html = new Option<string>("--html", "-o") { HelpName = "FILE", Description = "Where to", DefaultValueFactory = _ => "report.html" };
        var command = new Command("html", "Makes a page of the runs in the files") { files, html };
        command.SetAction(async (parsed, _) =>
        {
            await WriteHtmlAsync(parsed.GetValue(html), await ReadAsync(parsed.GetValue(files)!));
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(html));
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Settings()
    {
        var files = Files();
        var html = new Option<string>("--html", "-o") { HelpName = "FILE", Description = "Where to", DefaultValueFactory = _ => "settings.html" };
        var command = new Command(
            "settings", "Makes a page of the settings that proxies need, of runs named NAME-smallest and NAME-best that have their configuration")
        {
            files, html,
        };
        command.SetAction(async (parsed, _) =>
        {
            await ReportFile.WriteAsync(parsed.GetValue(html)!, SettingsPage.Of(await ReadAsync(parsed.GetValue(files)!)));
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(html));
            return ExitCode.Fine;
        });
        return command;
    }

    private static Argument<string[]> Files() =>
        new("files") { HelpName = "FILE", Arity = ArgumentArity.OneOrMore, Description = "JSON reports, folders of them, or days (2026-11-26)" };

    private static async Task<IReadOnlyList<RunReport>> ReadAsync(string[] files)
    {
        var runs = new List<RunReport>();
        foreach (var file in files)
        {
            runs.AddRange(await ReportSource.ReadAsync(file));
        }

        return runs;
    }

    private static Task WriteHtmlAsync(string? file, IReadOnlyList<RunReport> runs) =>
        file is null ? Task.CompletedTask : ReportFile.WriteAsync(file, HtmlReport.Of(runs));
}
