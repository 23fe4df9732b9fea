using System.Globalization;
using System.Net;
using System.Text;

namespace Benchmarks.Reporting;

/// <summary>Bars side by side, in groups: a panel of a picture (SVG), with its title, its legend and an axis of round numbers.</summary>
/// <param name="title">Above it.</param>
/// <param name="left">Where it begins in the picture.</param>
internal sealed class BarPanel(string title, double left)
{
    public const double Width = 600;
    public const double Height = 420;

    private const double Axis = 42;
    private const double Row = 18;
    private const double Bottom = 44;
    private const int Steps = 4;

    // Of a group, in bars.
    private const double Gap = 1;

    // A picture is shown on a page of either colour, and is no part of it: it has its colours with it.
    public const string Style = """
        <style>
        text { font: 12px system-ui, sans-serif; fill: #5a6675 } .title { font-size: 15px; font-weight: 600; fill: #1b2430 }
        .value { font-size: 11px; fill: #1b2430 } .grid { stroke: #d9dfe6 }
        .s0 { fill: #aab4bf } .s1 { fill: #0b63ce } .s2 { fill: #7db4ee } .s3 { fill: #c76a12 } .s4 { fill: #e8b780 }
        @media (prefers-color-scheme: dark) {
        text { fill: #9aa7b5 } .title, .value { fill: #e6ebf1 } .grid { stroke: #313a45 }
        .s0 { fill: #6b7683 } .s1 { fill: #6cb2ff } .s2 { fill: #3a6ea5 } .s3 { fill: #ffab5e } .s4 { fill: #96652f }
        }
        </style>
        """;

    private readonly StringBuilder _svg = new();

    /// <summary>Draws it.</summary>
    /// <param name="groups">What stands below each group.</param>
    /// <param name="all">The series: a name, a class of <see cref="Style"/>, and a value for each group, where there is one.</param>
    /// <param name="below">What the groups are.</param>
    /// <param name="unit">What the values are, for the title.</param>
    public string Draw(IReadOnlyList<string> groups, IReadOnlyList<(string Name, string Class, double?[] Values)> all, string below, string unit)
    {
        var top = 48 + (all.Count * Row);
        var most = Ceiling(all.Max(series => series.Values.Max() ?? 0));
        double Y(double value) => Height - Bottom - (value / most * (Height - Bottom - top));
        Add($"<text class=\"title\" x=\"{left}\" y=\"18\">{Text(title)}</text><text x=\"{left}\" y=\"36\">{Text(unit)}</text>");
        for (var i = 0; i <= Steps; i++)
        {
            var value = most * i / Steps;
            Add($"<line class=\"grid\" x1=\"{left + Axis}\" x2=\"{left + Width}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/>");
            Add($"<text x=\"{left + Axis - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.#}</text>");
        }

        var bar = (Width - Axis) / (groups.Count * (all.Count + Gap));
        for (var i = 0; i < all.Count; i++)
        {
            var (name, style, values) = all[i];
            var row = 40 + ((i + 1) * Row) - Row + 12;
            Add($"<rect class=\"{style}\" x=\"{left}\" y=\"{row - 10}\" width=\"12\" height=\"12\"/><text x=\"{left + 18}\" y=\"{row}\">{Text(name)}</text>\n");
            for (var group = 0; group < groups.Count; group++)
            {
                if (values[group] is not { } value)
                {
                    continue;
                }

                var x = left + Axis + (((group * (all.Count + Gap)) + (Gap / 2) + i) * bar);
                Add($"<rect class=\"{style}\" x=\"{x + 1:0.#}\" y=\"{Y(value):0.#}\" width=\"{bar - 2:0.#}\" height=\"{Height - Bottom - Y(value):0.#}\"/>");
                Add($"<text class=\"value\" x=\"{x + (bar / 2):0.#}\" y=\"{Y(value) - 4:0.#}\" text-anchor=\"middle\">{Short(value)}</text>\n");
            }
        }

        for (var group = 0; group < groups.Count; group++)
        {
            var middle = left + Axis + ((group + 0.5) * (all.Count + Gap) * bar);
            Add($"<text x=\"{middle:0.#}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">{Text(groups[group])}</text>");
        }

        Add($"<text x=\"{left + Axis + ((Width - Axis) / 2)}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Text(below)}</text>\n");
        return _svg.ToString();
    }

    private void Add(FormattableString part) => _svg.Append(part.ToString(CultureInfo.InvariantCulture));

    private static string Short(double value) => value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    // The next number that four lines part well.
    private static double Ceiling(double value)
    {
        var ten = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1))));
        return ten * new[] { 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10 }.First(step => step * ten >= value);
    }
}
