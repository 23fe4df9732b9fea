using System.Globalization;
using System.Xml.Linq;
using Benchmarks.Reporting;
using Xunit;

namespace Benchmarks.Tests;

/// <summary>The chart of writers and readers.</summary>
public sealed class FramesChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Every_value_is_a_bar_with_its_figure_in_its_place_and_the_colours_are_those_of_the_page_around_it()
    {
        var picture = XDocument.Parse(FramesChart.Of((_, data) => new Measurement(data, 0), (_, data) => new Measurement(data / 10d, 0))!).Root!;
        var figures = picture.Elements(Svg + "text").Where(text => (string?)text.Attribute("class") == "value").ToList();

        Assert.Equal(3 * 5 + 3 * 4, figures.Count);
        Assert.Equal(["20", "100", "1024", "2.0", "6.8", "102"], figures.Select(figure => figure.Value).Distinct());
        var (width, height) = (Number(picture, "viewBox", 2), Number(picture, "viewBox", 3));
        foreach (var bar in picture.Elements(Svg + "rect"))
        {
            Assert.InRange(Number(bar, "x") + Number(bar, "width"), 0, width);
            Assert.InRange(Number(bar, "y") + Number(bar, "height"), 0, height);
        }

        var places = figures.Select(figure => Number(figure, "x")).Order().ToList();
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First > 24, "figures lie over each other"));
        Assert.Contains("prefers-color-scheme: dark", picture.Element(Svg + "style")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_none_of_half_a_run() => Assert.Null(FramesChart.Of((_, data) => new Measurement(data, 0), (_, _) => null));

    private static double Number(XElement element, string attribute, int place = 0) =>
        double.Parse(element.Attribute(attribute)!.Value.Split(' ')[place], CultureInfo.InvariantCulture);
}
