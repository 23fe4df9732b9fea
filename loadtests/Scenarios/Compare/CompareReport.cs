using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LoadTests.Scenarios.Compare;

/// <summary>The comparison as a table, as JSON and as a picture.</summary>
internal sealed record CompareReport(
    string Command, string Machine, DateTimeOffset Started, IReadOnlyDictionary<string, string> Versions, IReadOnlyList<PeerFigures> Figures)
{
    private const string Unknown = "not available";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Of this shape; grows when a member changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>How clients have come.</summary>
    public required string Transport { get; init; }

    /// <summary>Those that are not there, and why.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Clients of the second measurement; 0 when there was none.</summary>
    public int BusyClients { get; init; }

    /// <summary>Events a second that each of those was to have.</summary>
    public double BusyRate { get; init; }

    /// <summary>Why it is not known what the kernel counts as memory; null when it is.</summary>
    public string? NoWorkingSet { get; init; }

    /// <summary>In Markdown.</summary>
    public string Table()
    {
        var busy = BusyClients > 0
            ? string.Create(CultureInfo.InvariantCulture, $" {BusyClients:#,0} clients at {BusyRate:0.#} events/s: p50 / p99 ms | came, events/s |")
            : "";
        var table = new StringBuilder("| | CPU us/event | CPU us/opening | KB/stream open / at the end | RSS / kernel's, KB/stream | latency p50 / p99 ms |")
            .Append(busy).Append(" lost |\n|---|---|---|---|---|---|").Append(BusyClients > 0 ? "---|---|" : "").Append("---|\n");
        foreach (var each in Figures)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {each.Peer} | {each.EventMicroseconds:0.0} | {each.OpenMicroseconds:0} ")
                .Append(CultureInfo.InvariantCulture, $"| {each.StreamKilobytes:0.0} / {each.StreamKilobytesAtEnd:0.0} ")
                .Append(CultureInfo.InvariantCulture, $"| {each.StreamResidentKilobytes:0.0} / {WorkingSet(each)} ")
                .Append(CultureInfo.InvariantCulture, $"| {each.P50Ms:0.0} / {each.P99Ms:0.0} |");
            if (BusyClients > 0)
            {
                table.Append(each.Busy is { } b
                    ? string.Create(CultureInfo.InvariantCulture, $" {b.P50Ms:0.0} / {b.P99Ms:0.0} | {b.EventsPerSecond:0.0} |")
                    : " | |");
            }

            table.Append(CultureInfo.InvariantCulture, $" {each.Lost} |\n");
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
        CompareChart.Write(Path.Combine(folder, "compare.svg"), Figures);
        return folder;
    }

    private string Page()
    {
        var versions = string.Join("; ", Versions.Select(version => $"{version.Key}: {version.Value}"));
        return $"""
            # The same broadcast through each, {Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}

            `{Command}`

            {Machine}. {versions}

            Clients come by {Transport}; the origin speaks HTTP/1.1 in the clear.

            {Table()}
            CPU and memory (PSS) are those of each one's process tree; the origin and the clients are processes of their own on the same machine. CPU of an
            opening is counted from the first stream on, when the process listens. Means of all rounds; percentiles are those of the middle round.
            Latency is that of all events from the first on, CPU of an event that of the time after five seconds of warming up. Lost are those of
            all measurements.
            {KernelText}{SkippedText}

            ![CPU for an event and memory of a stream](compare.svg)

            """;
    }

    private string KernelText => NoWorkingSet is { } why
        ? $"What the kernel counts as memory is not available: {why}."
        : "The kernel's memory is the working set of a control group of each one's own (`memory.current` less `inactive_file`), with the buffers of sockets.";

    private string SkippedText => Skipped.Count == 0 ? "" : $" Not measured: {string.Join("; ", Skipped)}.";

    private static string WorkingSet(PeerFigures figures) =>
        figures.StreamWorkingSetKilobytes is { } kilobytes ? kilobytes.ToString("0.0", CultureInfo.InvariantCulture) : Unknown;
}
