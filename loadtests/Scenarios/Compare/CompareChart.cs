using ScottPlot;

namespace LoadTests.Scenarios.Compare;

/// <summary>CPU of an event and memory of a stream side by side.</summary>
internal static class CompareChart
{
    private const int Width = 1100;
    private const int Height = 420;

    private static readonly Color Ours = Color.FromHex("#2f6fed");
    private static readonly Color Others = Color.FromHex("#a9b4c6");

    public static void Write(string file, IReadOnlyList<PeerFigures> figures)
    {
        var chart = new Multiplot();
        chart.AddPlots(2);
        chart.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Fill(chart.GetPlot(0), "CPU for an event delivered, microseconds", figures, each => each.EventMicroseconds);
        Fill(chart.GetPlot(1), "Memory of a stream, KB", figures, each => each.StreamKilobytesAtEnd);
        chart.SavePng(file, Width, Height);
    }

    private static void Fill(Plot plot, string title, IReadOnlyList<PeerFigures> figures, Func<PeerFigures, double> of)
    {
        // From the top down in the order of the table.
        var bars = figures.Select((each, i) => new Bar
        {
            Position = figures.Count - i,
            Value = of(each),
            Label = of(each).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture),
            FillColor = each.Peer.StartsWith("SseGateway", StringComparison.Ordinal) ? Ours : Others,
            LineWidth = 0,
            Orientation = Orientation.Horizontal,
        }).ToArray();
        plot.Add.Bars(bars).Horizontal = true;
        plot.Axes.Left.SetTicks([.. figures.Select((_, i) => (double)(figures.Count - i))], [.. figures.Select(each => each.Peer)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.HideGrid();
        plot.Title(title);
        plot.Axes.SetLimitsX(0, 1.15 * figures.Max(of));
    }
}
