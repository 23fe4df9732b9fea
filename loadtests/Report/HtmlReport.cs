using System.Globalization;
using System.Net;
using System.Text;
using LoadTests.Measures;
using LoadTests.Report.Pictures;
using LoadTests.Running.Samples;

namespace LoadTests.Report;

/// <summary>The report as one page that loads nothing and runs nothing: pictures are SVG, drawn here.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c2330;--soft:#667085;--line:#d5dae3;--back:#fff;--card:#f7f8fb;--blue:#2f6fed;--good:#12805c;--bad:#c0362c}
        @media(prefers-color-scheme:dark){:root{--ink:#e7eaf0;--soft:#98a2b3;--line:#39414f;--back:#12161d;
          --card:#1a202a;--blue:#6ea1ff;--good:#4cc495;--bad:#ff8077}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:1000px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.3rem 0}.soft{color:var(--soft)}
        code{background:var(--card);border:1px solid var(--line);border-radius:4px;padding:.1rem .3rem;overflow-wrap:anywhere;font-size:.85rem}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
        th:first-child,td:first-child{text-align:left}th{font-weight:600;color:var(--soft)}.holds{color:var(--good)}.missed{color:var(--bad);font-weight:600}
        .what td{text-align:left}.wide{overflow-x:auto}
        svg{width:100%;height:auto;background:var(--card);border:1px solid var(--line);border-radius:6px;margin:.3rem 0}
        svg text{fill:var(--soft);font:11px system-ui,sans-serif}svg .title{fill:var(--ink);font-weight:600;font-size:12px}
        svg .grid{stroke:var(--line)}svg .mark{stroke:var(--bad);stroke-dasharray:3 3}
        svg .bar{fill:var(--blue)}svg .curve{fill:none;stroke:var(--blue);stroke-width:1.8}svg .area{fill:var(--blue);opacity:.14}svg .pct{stroke:var(--bad)}
        """;

    public static string Of(LoadReport report)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append(Line($"<title>{Text(report.Scenario)}, {report.Started:yyyy-MM-dd HH:mm}</title><style>{Style}</style></head><body>"))
            .Append(Line($"<h1>{Text(report.Scenario)}{(report.Interrupted ? ", interrupted" : "")}</h1><p>{Text(report.Question)}</p>"))
            .Append(Line($"<p class=\"soft\">{report.Started:yyyy-MM-dd HH:mm zzz}, {report.Seconds:0} s, {Text(report.Machine)}, "))
            .Append(Line($"runner: {Text(report.Runner)}</p><p><code>{Text(report.Command)}</code></p>"));
        AppendRequirements(page, report.Requirements);
        AppendFigures(page, report);
        AppendTimings(page, report.Timings);
        AppendTimeline(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendRequirements(StringBuilder page, IReadOnlyList<Requirement> requirements)
    {
        page.Append("<h2>What is required</h2><table class=\"what\">");
        foreach (var (what, holds, measured) in requirements)
        {
            page.Append(Line($"<tr><td class=\"{(holds ? "holds\">holds" : "missed\">missed")}</td><td>{Text(what)}</td><td>{Text(measured)}</td></tr>"));
        }

        page.Append("</table>");
    }

    private static void AppendFigures(StringBuilder page, LoadReport report)
    {
        var counts = report.Counts;
        page.Append("<h2>Figures</h2><table>");
        foreach (var (name, value) in (IEnumerable<(string, string)>)
        [
            .. report.Figures.Select(figure => (figure.Name, figure.Value)),
            ("streams opened", ConsoleTable.Number(counts.Opened)),
            ("events received", ConsoleTable.Number(counts.Events)),
            ("lost, repeated", $"{ConsoleTable.Number(counts.Lost)}, {ConsoleTable.Number(counts.Repeated)}"),
            ("gap notices", ConsoleTable.Number(counts.Gaps)),
            ("reconnects", ConsoleTable.Number(counts.Reconnects)),
            ("refused, failed", $"{ConsoleTable.Number(counts.Refused)}, {ConsoleTable.Number(counts.Failed)}"),
            ("ended, cut", $"{ConsoleTable.Number(counts.Ended)}, {ConsoleTable.Number(counts.Cut)}"),
        ])
        {
            page.Append(Line($"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>"));
        }

        page.Append("</table>");
    }

    private static void AppendTimings(StringBuilder page, IReadOnlyList<TimingSummary> all)
    {
        var timings = all.Where(timing => timing.Count > 0).ToArray();
        if (timings.Length == 0)
        {
            return;
        }

        page.Append(
            "<h2>Times</h2><p class=\"soft\">Milliseconds. Percentiles are read from the histogram of all values of all processes; "
                + "none is an average.</p><div class=\"wide\"><table>")
            .Append("<tr><th></th><th>count</th><th>min</th><th>p50</th><th>p75</th><th>p90</th><th>p95</th><th>p99</th><th>p99.9</th><th>max</th></tr>");
        foreach (var t in timings)
        {
            double[] values = [t.MinMs, t.P50Ms, t.P75Ms, t.P90Ms, t.P95Ms, t.P99Ms, t.P999Ms, t.MaxMs];
            var cells = string.Concat(values.Select(ms => $"<td>{ConsoleTable.Ms(ms)}</td>"));
            page.Append(Line($"<tr><td>{Text(t.Name)}</td><td>{ConsoleTable.Number(t.Count)}</td>{cells}</tr>"));
        }

        page.Append("</table></div>");
        foreach (var timing in timings)
        {
            page.Append(HistogramPicture.Of(timing));
        }
    }

    private static void AppendTimeline(StringBuilder page, LoadReport report)
    {
        var samples = report.Samples;
        if (samples.Count < 2)
        {
            return;
        }

        page.Append("<h2>Over time</h2>");
        Append("streams open", sample => sample.Open);
        Append("events per second", sample => sample.Events);
        Append("openings per second", sample => sample.Opened);
        Append("reconnects per second", sample => sample.Reconnects);
        Append("refusals per second", sample => sample.Refused);
        Append("gateway CPU, percent of a core", sample => sample.Cpu);
        Append("gateway memory, MB", sample => sample.Megabytes);
        Append("gateway open files", sample => sample.Handles);

        void Append(string title, Func<Sample, double?> of)
        {
            if (samples.Any(sample => of(sample) > 0))
            {
                page.Append(TimelinePicture.Of(title, [.. samples.Select(sample => (sample.Second, of(sample)))], report.Marks));
            }
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
