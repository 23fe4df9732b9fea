using System.ComponentModel;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Reports;

namespace Benchmarks.Reporting;

/// <summary>A run as a dated page: where it ran, what is asked and reached, and a table for each class.</summary>
internal static class ResultsPage
{
    /// <param name="path">The file to be written.</param>
    /// <param name="arguments">The program's, for the command that repeats the run.</param>
    /// <param name="summaries">The run.</param>
    public static void Save(string path, IReadOnlyList<string> arguments, IReadOnlyList<Summary> summaries)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# Benchmarks, {DateTime.UtcNow:yyyy-MM-dd}\n\n");
        page.Append($"    dotnet run -c Release --project benchmarks -- {string.Join(' ', arguments)}\n\n");
        AppendMachine(page, summaries[0].HostEnvironmentInfo);
        page.Append(
            "Times are means of the short job (seven iterations of 0.1 s, in one process) in the tables, "
                + "and medians of the same in what is computed from them and in\n");
        page.Append("the chart. Single runs: what else the machine did is in them.\n");
        AppendTargets(page, Targets.Of(new Measurements(summaries)));
        foreach (var summary in summaries.Where(summary => summary.Reports.Length > 0))
            AppendTable(page, summary);
        File.WriteAllText(path, page.ToString());
    }

    private static void AppendMachine(StringBuilder page, HostEnvironmentInfo host)
    {
        foreach (var line in host.ToFormattedString())
            page.Append($"    {line}\n");
        page.Append(
            $"    {RuntimeInformation.FrameworkDescription}, System.Net.ServerSentEvents {VersionOf(typeof(SseParser))}, no TieredPGO, as in the gateway\n\n");
    }

    private static void AppendTargets(StringBuilder page, IReadOnlyList<Target> targets)
    {
        if (targets.Count == 0)
            return;
        page.Append("\n## Asked and reached\n\n| asked | this run | |\n|---|---|---|\n");
        foreach (var target in targets)
            page.Append($"| {target.Asked} | {target.Reached} | {(target.IsReached ? "yes" : "**no**")} |\n");
    }

    private static void AppendTable(StringBuilder page, Summary summary)
    {
        var type = summary.BenchmarksCases[0].Descriptor.Type;
        page.Append($"\n## {type.Name}\n\n{type.GetCustomAttribute<DescriptionAttribute>()?.Description}\n\n");
        var columns = summary.Table.Columns.Where(column => column.NeedToShow).ToList();
        page.Append($"| {string.Join(" | ", columns.Select(column => column.Header))} |\n");
        page.Append($"|{string.Concat(columns.Select((_, i) => i == 0 ? "---|" : "---:|"))}\n");
        foreach (var row in summary.Table.FullContent)
            page.Append($"| {string.Join(" | ", columns.Select(column => row[column.Index]))} |\n");
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
