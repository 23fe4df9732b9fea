using System.Globalization;
using System.Net;
using System.Text;

namespace LoadTests.Scenarios.Compare;

/// <summary>CPU of an event and memory of a stream side by side, as a picture in the reader's own font, light or dark as the page around it.</summary>
internal static class CompareChart
{
    private const int Width = 960;
    private const int Row = 30;
    private const int Bar = 20;
    private const int Top = 44;
    private const int Half = Width / 2;

    // For the longest name to its left, and the number to its right.
    private const int Names = 150;
    private const int Numbers = 60;

    private const string Style = """
        text{font:13px system-ui,sans-serif;fill:#1b2430}.title{font-weight:600;font-size:14px}.ours{fill:#0b63ce}.others{fill:#a9b4c6}
        @media(prefers-color-scheme:dark){text{fill:#e6ebf1}.ours{fill:#6cb2ff}.others{fill:#5a6675}}
        """;

    public static void Write(string file, IReadOnlyList<PeerFigures> figures) => File.WriteAllText(file, Draw(figures));

    /// <summary>The picture as SVG.</summary>
    public static string Draw(IReadOnlyList<PeerFigures> figures)
    {
        var height = Top + (figures.Count * Row) + 8;
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\"><style>{Style}</style>\n");
        AddBars(svg, 0, "CPU of an event, microseconds", figures, each => each.EventMicroseconds);
        AddBars(svg, Half, "Memory of a stream, KB", figures, each => each.StreamKilobytesAtEnd);
        return svg.Append("</svg>\n").ToString();
    }

    // From the top down in the order of the table.
    private static void AddBars(StringBuilder svg, int left, string title, IReadOnlyList<PeerFigures> figures, Func<PeerFigures, double> of)
    {
        var most = Math.Max(figures.Max(of), double.Epsilon);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{left + Names}\" y=\"24\">{title}</text>\n");
        for (var i = 0; i < figures.Count; i++)
        {
            var (each, y) = (figures[i], Top + (i * Row));
            var length = of(each) / most * (Half - Names - Numbers);
            var style = each.Peer.StartsWith("SseGateway", StringComparison.Ordinal) ? "ours" : "others";
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{left + Names - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{WebUtility.HtmlEncode(each.Peer)}</text>"
                + $"<rect class=\"{style}\" x=\"{left + Names}\" y=\"{y}\" width=\"{length:0.0}\" height=\"{Bar}\" rx=\"2\"/>"
                + $"<text x=\"{left + Names + length + 6:0.0}\" y=\"{y + 15}\">{of(each):0.0}</text>\n");
        }
    }
}
