using System.Globalization;
using System.Xml.Linq;
using LoadTests.Scenarios.Compare;
using Xunit;

namespace LoadTests.Tests.Scenarios;

public sealed class CompareChartTests
{
    // As wide as a letter of this size is in any of the usual fonts, on average.
    private const double Letter = 7.5;

    [Fact]
    public void Names_and_numbers_have_room_and_nothing_stands_on_another()
    {
        var picture = XDocument.Parse(CompareChart.Draw([Of("SseGateway, shared", 12.4, 6.7), Of("HAProxy", 36.1, 6), Of("Caddy", 30.3, 12345.6)]));

        var texts = picture.Descendants().Where(element => element.Name.LocalName == "text").Select(Span).ToArray();
        Assert.Equal(2 * (1 + (2 * 3)), texts.Length);
        Assert.All(texts, text => Assert.InRange(text.From, 0, 960));
        Assert.All(texts, text => Assert.InRange(text.To, 0, 960));
        Assert.All(texts.GroupBy(text => text.Line), line =>
        {
            var sorted = line.OrderBy(text => text.From).ToArray();
            Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
        });
        Assert.Equal(["ours", "others", "others", "ours", "others", "others"],
            picture.Descendants().Where(element => element.Name.LocalName == "rect").Select(bar => bar.Attribute("class")!.Value));
    }

    private static (double From, double To, string Line) Span(XElement text)
    {
        var (x, width) = (double.Parse(text.Attribute("x")!.Value, CultureInfo.InvariantCulture), text.Value.Length * Letter);
        var from = text.Attribute("text-anchor")?.Value == "end" ? x - width : x;
        return (from, from + width, text.Attribute("y")!.Value);
    }

    private static PeerFigures Of(string peer, double cpu, double memory) => new()
    {
        Peer = peer,
        EventMicroseconds = cpu,
        OpenMicroseconds = 1,
        StreamKilobytes = 1,
        StreamKilobytesAtEnd = memory,
        StreamResidentKilobytes = 1,
        StreamWorkingSetKilobytes = null,
        P50Ms = 1,
        P99Ms = 1,
        Events = 1,
        Lost = 0,
        Repeated = 0,
        Broken = 0,
        Connections = 0,
    };
}
