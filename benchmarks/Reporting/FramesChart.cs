using System.Globalization;
using Benchmarks.Frames;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Benchmarks.Reporting;

/// <summary>Nanoseconds for an event, written and read, as bars beside those of .NET's own classes.</summary>
internal static class FramesChart
{
    private const int Width = 1400;
    private const int Height = 620;

    // The first of these that the machine has; without one, whatever font there is.
    private static readonly string[] Typefaces = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica"];

    private static readonly Series[] Writers =
    [
        new("copy of the bytes", nameof(FrameWriterBenchmarks.Copy), "#B8B8B8"),
        new("FrameWriter, from bytes", nameof(FrameWriterBenchmarks.Writer_bytes), "#0B5FA5"),
        new("FrameWriter, from a string", nameof(FrameWriterBenchmarks.Writer_string), "#5BA3DC"),
        new("SseFormatter, from a string", nameof(FrameWriterBenchmarks.SseFormatter_string), "#D9822B"),
        new("string interpolation, then Encoding.UTF8", nameof(FrameWriterBenchmarks.Naive_string), "#E8C39E"),
    ];

    private static readonly Series[] Readers =
    [
        new("FrameScanner", nameof(FrameScannerBenchmarks.Scanner_length_whole), "#0B5FA5"),
        new("FrameScanner, then a string of the data", nameof(FrameScannerBenchmarks.Scanner_string_whole), "#5BA3DC"),
        new("SseParser, given a callback that makes nothing of the data", nameof(FrameScannerBenchmarks.SseParser_length_whole), "#D9822B"),
        new("SseParser by default, with a string of the data", nameof(FrameScannerBenchmarks.SseParser_string_whole), "#E8C39E"),
    ];

    /// <summary>Draws what the run measured of writer and scanner.</summary>
    /// <returns>False, without a file, when it measured neither.</returns>
    public static bool Save(string path, Measurements run)
    {
        if (Typefaces.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) is { } typeface)
            Fonts.Default = typeface;
        var writing = Draw("Write an event", [20, 100, 1024], Writers, (series, data) => run.Of<FrameWriterBenchmarks>(series.Method, data, 1));
        var reading = Draw("Read an event", [20, 68, 1024], Readers, (series, data) => run.Of<FrameScannerBenchmarks>(series.Method, data));
        if (writing is null || reading is null)
            return false;
        var chart = new Multiplot();
        chart.RemovePlot(chart.GetPlot(0));
        chart.AddPlot(writing);
        chart.AddPlot(reading);
        chart.Layout = new ScottPlot.MultiplotLayouts.Columns();
        chart.SavePng(path, Width, Height);
        return true;
    }

    private static Plot? Draw(string title, int[] data, Series[] all, Func<Series, int, Measurement?> find)
    {
        var plot = new Plot();
        var most = 0d;
        for (var i = 0; i < all.Length; i++)
        {
            var bars = new List<Bar>();
            for (var group = 0; group < data.Length; group++)
            {
                if (find(all[i], data[group]) is not { } found)
                    continue;
                most = Math.Max(most, found.Nanoseconds);
                bars.Add(new Bar
                {
                    Position = group * (all.Length + 1.5) + i,
                    Value = found.Nanoseconds,
                    FillColor = Color.FromHex(all[i].Color),
                    LineWidth = 0,
                    Size = 0.9,
                    ValueLabel = found.Nanoseconds.ToString(found.Nanoseconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture),
                });
            }

            if (bars.Count == 0)
                return null;
            var series = plot.Add.Bars(bars);
            series.LegendText = all[i].Name;
            series.ValueLabelStyle.FontSize = 13;
        }

        plot.Title(title, size: 20);
        plot.YLabel("nanoseconds per event", size: 15);
        plot.XLabel("bytes of data in an event", size: 15);
        plot.Axes.Bottom.SetTicks(
            [.. data.Select((_, group) => group * (all.Length + 1.5) + (all.Length - 1) / 2d)],
            [.. data.Select(bytes => bytes.ToString("N0", CultureInfo.InvariantCulture))]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.FontSize = 15;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickGenerator = new NumericFixedInterval(50);
        plot.Axes.Left.MinimumSize = 70;
        plot.Axes.Right.MinimumSize = 20;
        plot.Axes.SetLimitsY(0, most * 1.12);
        plot.Axes.Top.FrameLineStyle.Width = plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.ShowLegend(Alignment.UpperLeft);
        plot.Legend.FontSize = 14;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }

    private sealed record Series(string Name, string Method, string Color);
}
