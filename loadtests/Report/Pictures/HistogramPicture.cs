using LoadTests.Measures;

namespace LoadTests.Report.Pictures;

/// <summary>How often each duration came, on a logarithmic axis, with the percentiles that people ask for.</summary>
internal static class HistogramPicture
{
    private const int Bars = 80;
    private const double Height = 220;

    public static string Of(TimingSummary timing)
    {
        var (low, high) = (Math.Log10(Math.Max(0.001, timing.MinMs)) - 0.02, Math.Log10(Math.Max(0.0011, timing.MaxMs)) + 0.02);
        double Share(double ms) => Math.Clamp((Math.Log10(Math.Max(0.001, ms)) - low) / (high - low), 0, 1);
        var bars = new long[Bars];
        foreach (var (microseconds, count) in timing.Buckets)
        {
            bars[Math.Min(Bars - 1, (int)(Share(microseconds / 1000.0) * Bars))] += count;
        }

        var plot = new Plot($"{timing.Name}, ms", Height, bars.Max());
        for (var i = 0; i < Bars; i++)
        {
            if (bars[i] > 0)
            {
                // What is rare is what one looks for: it stays to be seen.
                var y = Math.Min(plot.Y(bars[i]), plot.Base - 1);
                var (from, to) = (Plot.X((double)i / Bars), Plot.X((i + 1.0) / Bars));
                var (width, height) = (to - from - 1, plot.Base - y);
                plot.Add($"<rect class=\"bar\" x=\"{from:0.0}\" y=\"{y:0.0}\" width=\"{width:0.0}\" height=\"{height:0.0}\">");
                plot.Add($"<title>{bars[i]}</title></rect>");
            }
        }

        for (var exponent = (int)Math.Floor(low); exponent <= high; exponent++)
        {
            foreach (var step in (double[])[1, 2, 5])
            {
                var ms = step * Math.Pow(10, exponent);
                if (Math.Log10(ms) >= low && Math.Log10(ms) <= high)
                {
                    plot.Tick(Share(ms), Plot.Short(Math.Round(ms, 3)));
                }
            }
        }

        plot.Vertical(Share(timing.P50Ms), $"p50 {ConsoleTable.Ms(timing.P50Ms)}", "pct", 0);
        plot.Vertical(Share(timing.P95Ms), $"p95 {ConsoleTable.Ms(timing.P95Ms)}", "pct", 14);
        plot.Vertical(Share(timing.P99Ms), $"p99 {ConsoleTable.Ms(timing.P99Ms)}", "pct", 28);
        return plot.End();
    }
}
