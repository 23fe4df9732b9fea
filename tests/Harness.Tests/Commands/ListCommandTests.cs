using System.Text.Json;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Reports;
using Xunit;

namespace Harness.Tests.Commands;

public sealed class ListCommandTests
{
    [Fact]
    public async Task List_has_a_line_for_each_case_asked_for()
    {
        var (code, output, _) = await Invocation.RunAsync("list", "3.2", "!3.2.4", "!3.2.5", "4.1.9");
        Assert.Equal(0, code);
        Assert.Equal(["3.2.1", "3.2.2", "3.2.3", "4.1.9", "4"], output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
        Assert.Contains("http/content-type/1", output, StringComparison.Ordinal);
        Assert.Contains("[cap:read-timeout]", output, StringComparison.Ordinal);
        Assert.Contains("388 cases", (await Invocation.RunAsync("list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_with_a_minus_is_no_option()
    {
        var (code, output, error) = await Invocation.RunAsync("list", "3.2", "-3.2.4");
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain("3.2.4", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_is_no_response_file()
    {
        var (code, output, error) = await Invocation.RunAsync("list", "@core");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("159 cases", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_as_json_has_the_rows_as_they_are_in_the_catalogue()
    {
        var rows = JsonDocument.Parse((await Invocation.RunAsync("list", "1.2.2", "--json")).Output).RootElement;
        Assert.Equal(("1.2.2", "parse/eol/2", "M", true), (
            rows[0].GetProperty("id").GetString(), rows[0].GetProperty("slug").GetString(), rows[0].GetProperty("level").GetString(),
            rows[0].GetProperty("core").GetBoolean()));
    }

    [Theory]
    [InlineData("list", "99.*")]
    [InlineData("list", "@nonsense")]
    [InlineData("list", "--jsn")]
    [InlineData("show", "99.1.1")]
    [InlineData("show")]
    [InlineData("nonsense")]
    [InlineData("diff", "one.json")]
    public async Task Wrong_arguments_give_2_and_one_line(params string[] args)
    {
        var (code, output, error) = await Invocation.RunAsync(args);
        Assert.Equal((2, ""), (code, output));
        Assert.All(error.TrimEnd().Split('\n'), line => Assert.StartsWith("sse-harness: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Coverage_is_counted_from_the_catalogue()
    {
        Assert.Equal(0, (await Invocation.RunAsync("list", "--coverage")).Code);
        var rows = CaseFilter.Parse(["1.2", "7.2"]).Select(CaseCatalogue.Instance.Rows);
        var output = new StringWriter { NewLine = "\n" };
        CoverageTable.Write(output, rows, new HashSet<string> { "1.2.1", "1.2.2", "1.2.4" }, new Dictionary<string, string>
        {
            ["7.2.1"] = "needs a proxy",
            ["1.2.5:C"] = "of clients",
        });
        var lines = output.ToString().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("  1.2 parse/eol", StringComparison.Ordinal)
            && line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).SequenceEqual(["2/7", "1/4", "0/1", "3/12"]));
        Assert.Contains("  7.2.1    head before the first byte: needs a proxy", lines);
        Assert.Contains(lines, line => line.StartsWith("  1.2.5 ", StringComparison.Ordinal) && line.EndsWith(": of clients", StringComparison.Ordinal));
        Assert.Contains("  1.2.3    all three mixed in a block: no reason given", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("  1.2.1 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Show_tells_bytes_expectation_clause_with_links_and_a_curl_line()
    {
        foreach (var name in (string[])["3.3.6", "http/framing/6", "3.3.6@d1"])
        {
            var (code, output, _) = await Invocation.RunAsync("show", name);
            Assert.Equal(0, code);
            Assert.Contains("RFC 9113 5.4.2: https://www.rfc-editor.org/rfc/rfc9113#section-5.4.2", output, StringComparison.Ordinal);
            Assert.Contains("RFC 9113 8.1: https://www.rfc-editor.org/rfc/rfc9113#section-8.1", output, StringComparison.Ordinal);
            Assert.Contains("sse-harness check --target URL 3.3.6", output, StringComparison.Ordinal);
        }

        var crlf = (await Invocation.RunAsync("show", "1.2.1")).Output;
        Assert.Contains(@"bytes     data: a\r\ndata: b\r\n\r\n", crlf, StringComparison.Ordinal);
        Assert.Contains("curl -N http://127.0.0.1:8900/case/1.2.1", crlf, StringComparison.Ordinal);
        Assert.Contains("https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream", crlf, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("§9.2.3; see §9.2.6 and §9.2.3", "§9.2.3 §9.2.6")]
    [InlineData("RFC 9112 6.1, 6.3, 11.2", "RFC 9112 6.1|RFC 9112 6.3|RFC 9112 11.2")]
    [InlineData("RFC 9112 8; see 7.4.7", "RFC 9112 8")]
    [InlineData("RFC 3986", "RFC 3986")]
    [InlineData("whatwg/html 4411: no blank line", "whatwg/html 4411")]
    [InlineData("Fetch CORS check; WPT cross-origin", "Fetch")]
    [InlineData("WPT, LD", "")]
    public void Links_are_found_in_clauses(string clause, string names)
    {
        var expected = names.Contains('|', StringComparison.Ordinal) || !names.StartsWith('§')
            ? names.Split('|', StringSplitOptions.RemoveEmptyEntries) : names.Split(' ');
        Assert.Equal(expected, ClauseLinks.In(clause).Select(link => link.Text));
    }
}
