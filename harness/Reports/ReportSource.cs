using System.Globalization;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>Where reports are read from: a file, a folder of them, or a day of this repository's, such as <c>2026-11-26</c>.</summary>
internal static class ReportSource
{
    private const string Days = "harness/reports";

    /// <exception cref="UsageException">There is nothing there, or it is no report.</exception>
    public static async Task<IReadOnlyList<RunReport>> ReadAsync(string source)
    {
        var isDay = DateOnly.TryParseExact(source, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        var path = isDay && !Path.Exists(source) ? Path.Combine(Days, source) : source;
        if (!Directory.Exists(path))
        {
            return isDay && !File.Exists(path) ? throw new UsageException($"{source}: there is no folder {path} here") : await RunReportFile.ReadAsync(path);
        }

        var runs = new List<RunReport>();
        foreach (var file in Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal))
        {
            runs.AddRange(await RunReportFile.ReadAsync(file));
        }

        return runs.Count > 0 ? runs : throw new UsageException($"{path}: there are no reports in it");
    }
}
