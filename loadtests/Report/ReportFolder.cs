using System.Globalization;
using System.Text.Json;

namespace LoadTests.Report;

/// <summary>Where a report goes: <c>report.json</c> and <c>report.html</c> in a folder of its own.</summary>
internal static class ReportFolder
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = false };

    /// <summary>The folder asked for, or a new one under the current folder.</summary>
    public static string Of(string? folder, DateTimeOffset started, string scenario) =>
        Path.GetFullPath(folder ?? Path.Combine("artifacts", "loadtests", started.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + scenario));

    /// <returns>The path of the page.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Write(LoadReport report, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(report, Json) + "\n");
        var page = Path.Combine(folder, "report.html");
        File.WriteAllText(page, HtmlReport.Of(report));
        return page;
    }
}
