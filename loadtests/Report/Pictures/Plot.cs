using System.Globalization;
using System.Net;
using System.Text;

namespace LoadTests.Report.Pictures;

/// <summary>The frame of a picture: title, axis lines with round numbers, and the place of a value.</summary>
internal sealed class Plot
{
    private const double Left = 64;
    private const double Right = 20;
    private const double Top = 28;
    private const double Bottom = 26;
    private const double Width = 960;

    private readonly StringBuilder _svg = new();
    private readonly double _height;

    public Plot(string title, double height, double top)
    {
        (_height, Highest) = (height, Ceiling(top));
        Add($"<svg viewBox=\"0 0 {Width} {_height}\" role=\"img\" aria-label=\"{Text(title)}\">");
        Add($"<text class=\"title\" x=\"{Left}\" y=\"18\">{Text(title)}</text>");
        for (var i = 0; i <= 4; i++)
        {
            var value = Highest * i / 4;
            Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.0}\" y2=\"{Y(value):0.0}\"/>");
            Add($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.0}\" text-anchor=\"end\">{Short(value)}</text>");
        }
    }

    public double Highest { get; }

    public double Base => _height - Bottom;

    /// <summary>The place of a share of the width.</summary>
    public static double X(double share) => Left + (share * (Width - Left - Right));

    public double Y(double value) => Base - (Math.Min(1, value / Highest) * (Base - Top));

    public void Add(FormattableString part) => _svg.Append(part.ToString(CultureInfo.InvariantCulture));

    /// <summary>A word below the axis.</summary>
    public void Tick(double share, string text) => Add($"<text x=\"{X(share):0.0}\" y=\"{Base + 17:0.0}\" text-anchor=\"middle\">{Text(text)}</text>");

    /// <summary>A line from top to bottom with a word.</summary>
    public void Vertical(double share, string text, string style, double lower)
    {
        var anchor = share > 0.85 ? "end" : "start";
        Add($"<line class=\"{style}\" x1=\"{X(share):0.0}\" x2=\"{X(share):0.0}\" y1=\"{Top}\" y2=\"{Base}\"/>");
        Add($"<text x=\"{X(share) + (share > 0.85 ? -4 : 4):0.0}\" y=\"{Top + 10 + lower:0.0}\" text-anchor=\"{anchor}\">{Text(text)}</text>");
    }

    public string End() => _svg.Append("</svg>\n").ToString();

    /// <summary>A number in few characters.</summary>
    public static string Short(double value) => value switch
    {
        >= 10_000_000 => (value / 1_000_000).ToString("0", CultureInfo.InvariantCulture) + "M",
        >= 10_000 => (value / 1000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    // The next of 1, 2, 4, 5, 8 and their tens: numbers that four lines part well.
    private static double Ceiling(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var ten = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return ten * new[] { 1.0, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10 }.First(step => step * ten >= value * 0.999);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
