using System.Text.Json;
using System.Text.RegularExpressions;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private const string Evil = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>{{data}}{{style}}";

    [Fact]
    public void Nothing_in_a_report_is_markup_or_ends_the_script()
    {
        var clean = HtmlReport.Of([Sample.Report("nginx", Sample.Result("1.1.1", Verdict.Ok))]);
        var page = HtmlReport.Of([Sample.Report(Evil, Sample.Result("1.1.1", Verdict.Failed, Evil)) with { Note = Evil, TargetVersion = Evil }]);
        Assert.Equal(Tags().Count(clean), Tags().Count(page));
        Assert.DoesNotContain("<script>alert", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        var run = Data(page).GetProperty("runs")[0];
        Assert.Equal(Evil, run.GetProperty("target").GetString());
        Assert.Equal(Evil, run.GetProperty("results")[0].GetProperty("actual").GetString());
    }

    [Fact]
    public void The_page_loads_nothing()
    {
        var page = HtmlReport.Of([Sample.Report("nginx", Sample.Result("1.2.1", Verdict.Ok))]);
        var markup = page.Replace(DataText(page), "", StringComparison.Ordinal);
        Assert.DoesNotContain("http:", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", markup, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_has_the_runs_in_order_and_the_rows_they_ran_with_their_links()
    {
        var page = HtmlReport.Of([
            Sample.Report("nginx", Sample.Result("1.2.1", Verdict.Ok), Sample.Result("1.1.1", Verdict.Ok)),
            Sample.Report("haproxy", Sample.Result("7.2.1", Verdict.Failed) with { Wire = [new WireLog("client", "1", [new WireEntry(1, '>', [65])])] })]);
        var data = Data(page);
        Assert.Equal(["nginx", "haproxy"], data.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("target").GetString()));
        var rows = data.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(["1.1.1", "1.2.1", "7.2.1"], rows.Select(row => row.GetProperty("row").GetProperty("id").GetString()));
        Assert.Equal("https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream",
            rows[1].GetProperty("links")[0].GetProperty("url").GetString());
        Assert.Equal(["ok", "non-strict", "beside-others", "failed", "informational", "skipped", "error"],
            data.GetProperty("verdicts").EnumerateArray().Select(verdict => verdict.GetProperty("key").GetString()));
        Assert.Equal(
            "QQ==", data.GetProperty("runs")[1].GetProperty("results")[0].GetProperty("wire")[0].GetProperty("entries")[0].GetProperty("bytes").GetString());
    }

    private static JsonElement Data(string page) => JsonDocument.Parse(DataText(page)).RootElement;

    private static string DataText(string page) => Embedded().Match(page).Groups[1].Value;

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Embedded();

    [GeneratedRegex("<[a-zA-Z/!]")]
    private static partial Regex Tags();
}
