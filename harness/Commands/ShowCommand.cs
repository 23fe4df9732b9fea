using System.CommandLine;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Commands;

/// <summary><c>show ID</c>: all there is to know of a case.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { HelpName = "ID", Description = "Of a case, or its slug" };
        var command = new Command("show", "Shows a case: what is sent, what is expected, the clause, and how to see it with curl") { id };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(id)!.Split('@')[0];
            var row = CaseCatalogue.Instance.Rows.FirstOrDefault(row => row.Id == asked || row.Slug.Equals(asked, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"there is no case '{asked}'; `list` shows them all");
            Write(parsed.InvocationConfiguration.Output, row);
        });
        return command;
    }

    private static void Write(TextWriter output, CatalogueRow row)
    {
        string[] tags = [row.Slug, row.Level.ToString().ToLowerInvariant(), .. row.Roles.Select(Role), $"wave {row.Wave}",
            .. row.Core ? ["core"] : Array.Empty<string>()];
        output.WriteLine($"{row.Id} {CaseText.Plain(row.Title)}");
        output.WriteLine($"  {string.Join(", ", tags)}{ListCommand.Flags(row)}");
        output.WriteLine();
        output.WriteLine($"  sent      {CaseText.Plain(row.Sent)}");
        output.WriteLine($"  expected  {CaseText.Plain(row.Expected)}");
        output.WriteLine($"  clause    {CaseText.Clause(row)}");
        foreach (var link in ClauseLinks.In(row.Clause))
        {
            output.WriteLine($"            {link.Text}: {link.Url}");
        }

        if (CaseScripts.Find(row.Id) is { } script)
        {
            WriteBytes(output, script);
            output.WriteLine($"  see it    curl -N http://127.0.0.1:8900/case/{row.Id}    (while `sse-harness serve` runs)");
        }
        else if (CheckCase.All.Any(check => check.Row.Id == row.Id))
        {
            output.WriteLine($"  run it    sse-harness check --target URL {row.Id}");
        }

        if (!Implementation.Ids.Contains(row.Id))
        {
            output.WriteLine($"  not yet   {Implementation.NotYet.GetValueOrDefault(row.Id, "this program cannot run it")}");
        }
    }

    // Of the first run; the others differ in a value or two.
    private static void WriteBytes(TextWriter output, CaseScript script)
    {
        var run = script.Runs[0];
        foreach (var (number, connection) in run.Connections.Select((connection, index) => (index + 1, connection)).Where(item =>
            item.connection.Body.Length > 0))
        {
            var which = run.Connections.Count > 1 ? $" (connection {number})" : "";
            output.WriteLine($"  bytes     {Bytes.Escape(connection.Body)}{which}");
        }

        if (script.Runs.Count > 1)
        {
            output.WriteLine(
                $"            in {script.Runs.Count} runs: "
                    + $"{string.Join(", ", script.Runs.Take(12).Select(other => other.Name))}{(script.Runs.Count > 12 ? ", ..." : "")}");
        }
    }

    private static string Role(char role) => role switch
    {
        'C' => "client",
        'X' => "proxy",
        'G' => "gateway edge",
        _ => "publisher",
    };
}
