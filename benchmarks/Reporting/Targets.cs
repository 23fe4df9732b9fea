using System.Globalization;
using Benchmarks.Frames;

namespace Benchmarks.Reporting;

/// <summary>What is asked of writer and scanner, computed from a run. What it did not measure is left out.</summary>
internal static class Targets
{
    private static readonly int[] ShortData = [20, 100, 1024];

    public static IReadOnlyList<Target> Of(Measurements run) =>
    [
        .. NothingAllocated([.. run.AllOf<FrameWriterBenchmarks>("Writer_"), .. run.AllOf<FrameScannerBenchmarks>("Scanner_length_")]),
        .. AtMost(1.5, "Writer, 1 KB of data in one line, against a copy of the same frame", run.Ratio<FrameWriterBenchmarks>("Writer_bytes", "Copy", 1024, 1)),
        .. AtLeast(5, "Writer, 100 B in one line, against `SseFormatter`, both from a string",
            run.Ratio<FrameWriterBenchmarks>("SseFormatter_string", "Writer_string", 100, 1)),
        .. AtLeast(5, "The same, both from bytes", run.Ratio<FrameWriterBenchmarks>("SseFormatter_bytes", "Writer_bytes", 100, 1)),
        .. AtLeast(2, "Writer, 20 lines, clearly faster than `SseFormatter`, both from a string; worst of 20 B, 100 B and 1 KB",
            ShortData.Min(data => run.Ratio<FrameWriterBenchmarks>("SseFormatter_string", "Writer_string", data, 20))),
        .. AtLeast(2, "The same, both from bytes", ShortData.Min(data => run.Ratio<FrameWriterBenchmarks>("SseFormatter_bytes", "Writer_bytes", data, 20))),
        .. Throughput("Scanner, frames of 100 B, whole", run.Of<FrameScannerBenchmarks>("Scanner_length_whole", 68)),
        .. Throughput("Scanner, frames of 100 B, in pieces of 1,400 B", run.Of<FrameScannerBenchmarks>("Scanner_length_pieces", 68)),
        .. AtLeast(5, "Scanner, frames of 100 B, against `SseParser`, neither makes anything of the data",
            run.Ratio<FrameScannerBenchmarks>("SseParser_length_whole", "Scanner_length_whole", 68)),
        .. AtLeast(5, "The same in pieces", run.Ratio<FrameScannerBenchmarks>("SseParser_length_pieces", "Scanner_length_pieces", 68)),
        .. AtLeast(5, "Scanner, which makes nothing of the data, against `SseParser` as it is by default, with a string for each event",
            run.Ratio<FrameScannerBenchmarks>("SseParser_string_whole", "Scanner_length_whole", 68)),
    ];

    private static IEnumerable<Target> NothingAllocated(IReadOnlyList<Measurement> all)
    {
        if (all.Count > 0)
        {
            var most = all.Max(measurement => measurement.Allocated);
            yield return new Target($"Writer and scanner allocate nothing, in all {all.Count} measurements", Text($"{most} B at most"), most == 0);
        }
    }

    private static IEnumerable<Target> AtMost(double asked, string what, double? ratio)
    {
        if (ratio is { } reached)
            yield return new Target(Text($"{what}: at most {asked} times as long"), Text($"{reached:0.00} times"), reached <= asked);
    }

    private static IEnumerable<Target> AtLeast(double asked, string what, double? ratio)
    {
        if (ratio is { } reached)
            yield return new Target(Text($"{what}: {asked} times as fast"), Text($"{reached:0.0} times"), reached >= asked);
    }

    private static IEnumerable<Target> Throughput(string what, Measurement? measurement)
    {
        if (measurement is { } found)
        {
            var reached = (68 + Payload.Around) / found.Nanoseconds;
            yield return new Target($"{what}: 1 GB/s", Text($"{reached:0.0} GB/s"), reached >= 1);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
