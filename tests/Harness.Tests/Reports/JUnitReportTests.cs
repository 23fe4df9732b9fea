using System.Xml.Linq;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Reports;

public sealed class JUnitReportTests
{
    [Fact]
    public void A_suite_is_a_section_and_a_case_is_named_with_id_and_title()
    {
        var root = Of(Sample.Result("1.1.1", Verdict.Ok), Sample.Result("1.1.2", Verdict.Ok), Sample.Result("1.2.1", Verdict.Ok) with { Profile = "d1" });
        Assert.Equal(["1.1 parse/data", "1.2 parse/eol"], root.Elements("testsuite").Select(suite => suite.Attribute("name")!.Value));
        Assert.Equal(
            ["1.1.1 one event", "1.1.2 no space after the colon", "1.2.1@d1 CRLF"], root.Descendants("testcase").Select(test => test.Attribute("name")!.Value));
        Assert.Equal("nginx.parse.data.1", root.Descendants("testcase").First().Attribute("classname")!.Value);
    }

    [Fact]
    public void Each_verdict_has_its_element_and_the_counts_add_up()
    {
        var root = Of(
            Sample.Result("1.1.1", Verdict.Ok), Sample.Result("1.1.2", Verdict.NonStrict), Sample.Result("1.1.3", Verdict.Failed, "got none"),
            Sample.Result("1.1.4", Verdict.Informational), Sample.Result("1.1.5", Verdict.Skipped, "no cap"),
            Sample.Result("1.1.6", Verdict.Error, "port in use"),
            Sample.Result("1.1.7", Verdict.Failed));
        var cases = root.Descendants("testcase").ToArray();
        Assert.Equal(
            ["", "", "failure", "", "skipped", "error", "skipped"],
            cases.Select(test => test.Elements().FirstOrDefault(child => child.Name != "properties" && child.Name != "system-out")?.Name.LocalName ?? ""));
        Assert.Equal("got none", cases[2].Element("failure")!.Attribute("message")!.Value);
        Assert.Contains("again:    sse-harness check 1.1.3", cases[2].Element("failure")!.Value, StringComparison.Ordinal);
        Assert.Equal("known failure: looked at", cases[6].Element("skipped")!.Attribute("message")!.Value);
        Assert.Equal(
            "NON-STRICT", cases[1].Descendants("property").Single(property => property.Attribute("name")!.Value == "verdict").Attribute("value")!.Value);
        foreach (var element in (XElement[])[root, root.Element("testsuite")!])
        {
            Assert.Equal(("7", "1", "1", "2"), (
                element.Attribute(
                "tests")!.Value, element.Attribute("failures")!.Value, element.Attribute("errors")!.Value, element.Attribute("skipped")!.Value));
        }
    }

    [Fact]
    public void A_non_strict_case_is_a_failure_where_the_run_fails_on_it()
    {
        var judgement = KnownFailures.None.Judge(Sample.Report("nginx", Sample.Result("1.1.2", Verdict.NonStrict)), FailOn.NonStrict, default);
        Assert.Single(XDocument.Parse(JUnitReport.Of(judgement)).Descendants("failure"));
    }

    [Fact]
    public void What_xml_cannot_hold_is_written_as_escapes_and_the_rest_is_kept()
    {
        var failure = Of(Sample.Result("1.1.1", Verdict.Failed, "<a&\"'>\0\x1b[0m\uFFFE\uD800 \U0001F600]]>")).Descendants("failure").Single();
        Assert.Equal("<a&\"'>\\u0000\\u001B[0m\\uFFFE\\uD800 \U0001F600]]>", failure.Attribute("message")!.Value);
        Assert.Contains("<a&\"'>\\u0000", failure.Value, StringComparison.Ordinal);
    }

    private static XElement Of(params CaseResult[] results)
    {
        var known = KnownFailures.Parse("known.json", """[{"id":"1.1.7","reason":"looked at"}]""");
        return XDocument.Parse(JUnitReport.Of(known.Judge(Sample.Report("nginx", results), FailOn.Failed, default))).Root!;
    }
}
