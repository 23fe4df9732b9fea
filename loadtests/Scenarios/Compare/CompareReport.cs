using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LoadTests.Scenarios.Compare;

/// <summary>The comparison as a table, as JSON and as a picture.</summary>
internal sealed record CompareReport(
    string Command, string Machine, DateTimeOffset Started, IReadOnlyDictionary<string, string> Versions, IReadOnlyList<PeerFigures> Figures)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Of this shape; grows when a member changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>In Markdown.</summary>
    public string Table()
    {
        var table = new StringBuilder(
            "| | CPU us/event | CPU us/opening | KB/stream open / at the end | latency p50 / p99 ms | lost |\n|---|---|---|---|---|---|\n");
        foreach (var each in Figures)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {each.Peer} | {each.EventMicroseconds:0.0} | {each.OpenMicroseconds:0} | {each.StreamKilobytes:0.0} / {each.StreamKilobytesAtEnd:0.0} | {each.P50Ms:0.0} / {each.P99Ms:0.0} | {each.Lost} |\n");
        }

        return table.ToString();
    }

    /// <returns>The folder.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "compare.json"), JsonSerializer.Serialize(this, Json) + "\n");
        File.WriteAllText(Path.Combine(folder, "compare.md"), Page());
        CompareChart.Write(Path.Combine(folder, "compare.png"), Figures);
        return folder;
    }

    private string Page()
    {
        var versions = string.Join("; ", Versions.Select(version => $"{version.Key}: {version.Value}"));
        return $"""
            # The same broadcast through each, {Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}

            `{Command}`

            {Machine}. {versions}

            {Table()}
            CPU and memory (PSS) are those of each one's process tree; the origin and the clients are processes of their own on the same machine. CPU of an
            opening is counted from the first stream on, when the process listens. Means of all rounds; percentiles are those of the middle round.

            ![CPU for an event and memory of a stream](compare.png)

            """;
    }
}
