using System.Globalization;
using Benchmarks.Frames;

namespace Benchmarks.Reporting;

/// <summary>Nanoseconds for an event, written and read, as bars beside those of .NET's own classes (SVG).</summary>
internal static class FramesChart
{
    private const double Between = 40;

    private static readonly Series[] Writers =
    [
        new("copy of the bytes", nameof(FrameWriterBenchmarks.Copy), "s0"),
        new("FrameWriter, from bytes", nameof(FrameWriterBenchmarks.Writer_bytes), "s1"),
        new("FrameWriter, from a string", nameof(FrameWriterBenchmarks.Writer_string), "s2"),
        new("SseFormatter, from a string", nameof(FrameWriterBenchmarks.SseFormatter_string), "s3"),
        new("string interpolation, then Encoding.UTF8", nameof(FrameWriterBenchmarks.Naive_string), "s4"),
    ];

    private static readonly Series[] Readers =
    [
        new("FrameScanner", nameof(FrameScannerBenchmarks.Scanner_length_whole), "s1"),
        new("FrameScanner, then a string of the data", nameof(FrameScannerBenchmarks.Scanner_string_whole), "s2"),
        new("SseParser, given a callback that makes nothing of the data", nameof(FrameScannerBenchmarks.SseParser_length_whole), "s3"),
        new("SseParser by default, with a string of the data", nameof(FrameScannerBenchmarks.SseParser_string_whole), "s4"),
    ];

    /// <summary>Draws what the run measured of writer and scanner.</summary>
    /// <returns>False, without a file, when it measured one of them or neither.</returns>
    public static bool Save(string path, Measurements run)
    {
        var picture = Of(
            (method, data) => run.Of<FrameWriterBenchmarks>(method, data, 1), (method, data) => run.Of<FrameScannerBenchmarks>(method, data));
        if (picture is not null)
            File.WriteAllText(path, picture);
        return picture is not null;
    }

    /// <summary>The picture; null when one of the classes was not measured.</summary>
    /// <param name="writer">What a method of <see cref="FrameWriterBenchmarks"/> took, with so many bytes of data.</param>
    /// <param name="reader">The same of <see cref="FrameScannerBenchmarks"/>.</param>
    public static string? Of(Func<string, int, Measurement?> writer, Func<string, int, Measurement?> reader)
    {
        var writing = Draw("Write an event", 0, [20, 100, 1024], Writers, writer);
        var reading = Draw("Read an event", BarPanel.Width + Between, [20, 68, 1024], Readers, reader);
        return writing is null || reading is null ? null
            : $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {(2 * BarPanel.Width) + Between} {BarPanel.Height}"
              role="img" aria-label="Nanoseconds to write and to read an event">
            {BarPanel.Style}
            {writing}{reading}</svg>

            """;
    }

    private static string? Draw(string title, double left, int[] data, Series[] all, Func<string, int, Measurement?> find)
    {
        var values = all.Select(series => (series.Name, series.Class, data.Select(bytes => find(series.Method, bytes)?.Nanoseconds).ToArray())).ToList();
        return values.TrueForAll(series => series.Item3.Any(value => value is not null))
            ? new BarPanel(title, left).Draw(
                [.. data.Select(bytes => bytes.ToString("N0", CultureInfo.InvariantCulture))], values, "bytes of data in an event", "nanoseconds per event")
            : null;
    }

    private sealed record Series(string Name, string Method, string Class);
}
