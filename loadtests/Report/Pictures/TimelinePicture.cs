using System.Globalization;
using System.Text;
using LoadTests.Running.Samples;

namespace LoadTests.Report.Pictures;

/// <summary>A figure over the run's time.</summary>
internal static class TimelinePicture
{
    private const double Height = 170;
    private const int Ticks = 8;

    public static string Of(string title, (double Second, double? Value)[] values, IReadOnlyList<Mark> marks)
    {
        var end = values[^1].Second;
        var plot = new Plot(title, Height, values.Max(value => value.Value ?? 0));
        foreach (var run in Runs(values))
        {
            var line = new StringBuilder();
            foreach (var (second, value) in run)
            {
                line.Append(CultureInfo.InvariantCulture, $"{Plot.X(second / end):0.0},{plot.Y(value):0.0} ");
            }

            var (from, to) = (Plot.X(run[0].Second / end), Plot.X(run[^1].Second / end));
            plot.Add($"<polygon class=\"area\" points=\"{from:0.0},{plot.Base} {line}{to:0.0},{plot.Base}\"/>");
            plot.Add($"<polyline class=\"curve\" points=\"{line}\"/>");
        }

        for (var i = 0; i <= Ticks; i++)
        {
            plot.Tick((double)i / Ticks, (end * i / Ticks).ToString("0", CultureInfo.InvariantCulture) + " s");
        }

        for (var i = 0; i < marks.Count; i++)
        {
            plot.Vertical(marks[i].Second / end, marks[i].What, "mark", i % 3 * 14);
        }

        return plot.End();
    }

    // Without a value there is no line: a process that is not there has no memory.
    private static List<List<(double Second, double Value)>> Runs((double Second, double? Value)[] values)
    {
        List<List<(double, double)>> runs = [];
        var broken = true;
        foreach (var (second, value) in values)
        {
            if (value is null)
            {
                broken = true;
                continue;
            }

            if (broken)
            {
                runs.Add([]);
                broken = false;
            }

            runs[^1].Add((second, value.Value));
        }

        return runs;
    }
}
