using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;

namespace SseGateway.Harness.Commands;

/// <summary><c>list</c>: the cases there are.</summary>
internal static class ListCommand
{
    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web)
    { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public static Command Create()
    {
        var words = FilterArgument.Words();
        var json = new Option<bool>("--json") { Description = "The rows as a JSON array" };
        var coverage = new Option<bool>(
            "--coverage")
        { Description = "How many rows of each section this program can run, and which of waves 1 and 2 it cannot" };
        var command = new Command("list", "Lists the cases of the catalogue") { words, json, coverage };
        command.SetAction(parsed =>
        {
            // What is listed is not run: long ones are as good as others here.
            var rows = CaseFilter.Parse(parsed.GetValue(words) ?? [], longToo: true).Select(CaseCatalogue.Instance.Rows);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(coverage))
            {
                CoverageTable.Write(output, rows, Implementation.Ids, Implementation.NotYet);
            }
            else if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(rows, Json));
            }
            else
            {
                foreach (var row in rows)
                {
                    output.WriteLine(
                        $"{row.Id,-8} {row.Slug,-28} {row.LevelLetter}{(row.Core ? "★" : " ")} {row.Roles,-3} wave {row.Wave}  "
                            + $"{CaseText.Plain(row.Title)}{Flags(row)}");
                }

                output.WriteLine($"{rows.Count} {(rows.Count == 1 ? "case" : "cases")}, catalogue {CaseCatalogue.Instance.Version}");
            }
        });
        return command;
    }

    /// <summary>What is special about a row, in brackets behind its title.</summary>
    public static string Flags(CatalogueRow row)
    {
        string[] flags = [.. row.Long ? ["long"] : Array.Empty<string>(), .. row.Raw ? ["raw"] : Array.Empty<string>(),
            .. row.Capabilities.Select(name => "cap:" + name)];
        return flags.Length == 0 ? "" : $" [{string.Join(", ", flags)}]";
    }
}
