using System.Globalization;

namespace LoadTests.Report;

/// <summary>The report as text.</summary>
internal static class ConsoleTable
{
    public static void Print(LoadReport report, TextWriter output)
    {
        var counts = report.Counts;
        output.WriteLine();
        if (counts.Opened > 0)
        {
            Line("streams opened", Number(counts.Opened),
                $"{Number(counts.Open)} open at the end, {Number(counts.Failed)} attempts failed, {Number(counts.Refused)} refused, "
                    + $"{Number(counts.Reconnects)} reconnects");
        }

        if (counts.Events > 0)
        {
            Line("events", Number(counts.Events), $"{Number(counts.Lost)} lost, {Number(counts.Repeated)} repeated, {Number(counts.Gaps)} gap notices");
        }

        foreach (var figure in report.Figures)
        {
            output.WriteLine($"{figure.Name,-32}{figure.Value}");
        }

        var timings = report.Timings.Where(timing => timing.Count > 0).ToArray();
        if (timings.Length > 0)
        {
            output.WriteLine();
            output.WriteLine($"{"ms",-22}{"count",10}{"min",10}{"p50",10}{"p90",10}{"p95",10}{"p99",10}{"p99.9",10}{"max",10}");
            foreach (var t in timings)
            {
                output.WriteLine(
                    $"{t.Name,-22}{Number(t.Count),10}{Ms(t.MinMs),10}{Ms(t.P50Ms),10}{Ms(t.P90Ms),10}{Ms(t.P95Ms),10}"
                        + $"{Ms(t.P99Ms),10}{Ms(t.P999Ms),10}{Ms(t.MaxMs),10}");
            }
        }

        output.WriteLine();
        foreach (var requirement in report.Requirements)
        {
            output.WriteLine(requirement);
        }

        void Line(string name, string value, string more) => output.WriteLine($"{name,-32}{value}: {more}");
    }

    /// <summary>Milliseconds with three digits that count.</summary>
    public static string Ms(double ms) => ms.ToString(ms < 10 ? "0.00" : ms < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
