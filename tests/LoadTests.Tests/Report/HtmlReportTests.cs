using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running.Samples;
using Xunit;

namespace LoadTests.Tests.Report;

public sealed class HtmlReportTests
{
    [Fact]
    public void The_page_loads_nothing_and_runs_nothing()
    {
        var page = HtmlReport.Of(Report());

        foreach (var foreign in (string[])["<script", "src=", "href=", "url(", "http://", "https://", "@import"])
        {
            Assert.DoesNotContain(foreign, page, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void What_was_required_and_measured_is_on_the_page_as_text()
    {
        var page = HtmlReport.Of(Report());

        Assert.Contains("no event is &lt;lost&gt;", page, StringComparison.Ordinal);
        Assert.Contains("class=\"missed\"", page, StringComparison.Ordinal);
        Assert.Contains("p99", page, StringComparison.Ordinal);
        Assert.Contains("streams open", page, StringComparison.Ordinal);
    }

    private static LoadReport Report()
    {
        var timing = new Timing(TimingNames.Latency);
        timing.Record(TimeSpan.FromMilliseconds(3));
        timing.Record(TimeSpan.FromMilliseconds(40));
        return new LoadReport
        {
            Scenario = "broadcast",
            Question = "?",
            Command = "dotnet run",
            Runner = "embedded",
            Machine = "a machine",
            Started = DateTimeOffset.UnixEpoch,
            Seconds = 2,
            Interrupted = false,
            Requirements = [new Requirement("no event is <lost>", false, "1 lost")],
            Figures = [new Figure("a figure", "1")],
            Counts = new Counts { Events = 2 },
            Timings = [timing.Summarize()],
            Marks = [new Mark(1, "here")],
            Samples = [new Sample(1, 5, 5, 10, 0, 0, 10, 100, 50), new Sample(2, 5, 0, 10, 0, 0, null, null, null), new Sample(3, 5, 0, 10, 0, 0, 10, 100, 50)],
        };
    }
}
