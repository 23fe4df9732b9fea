using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Reports;

public sealed class ReportOutputTests
{
    private static readonly CaseResult Ok = Sample.Result("1.1.1", Verdict.Ok);
    private static readonly CaseResult Failed = Sample.Result("1.2.1", Verdict.Failed, "got\n[\"a\"]");
    private static readonly CaseResult NonStrict = Sample.Result("1.2.2", Verdict.NonStrict, "late");
    private static readonly CaseResult Error = Sample.Result("7.2.1", Verdict.Error, "port in use");
    private static readonly CaseResult Skipped = Sample.Result("7.2.2", Verdict.Skipped, "needs cap:jwks");

    [Fact]
    public async Task Failures_give_1_even_beside_errors_and_errors_alone_give_3()
    {
        Assert.Equal(0, (await WriteAsync(new RunOptions(), Ok, NonStrict, Skipped)).Code);
        Assert.Equal(1, (await WriteAsync(new RunOptions(), Ok, Failed)).Code);
        Assert.Equal(1, (await WriteAsync(new RunOptions(), Error, Failed)).Code);
        Assert.Equal(3, (await WriteAsync(new RunOptions(), Ok, Error)).Code);
        Assert.Equal(2, (await WriteAsync(new RunOptions())).Code);
        Assert.Equal(1, (await WriteAsync(new RunOptions { FailOn = FailOn.NonStrict }, Ok, NonStrict)).Code);
    }

    [Fact]
    public async Task A_known_failure_does_not_fail_the_run_and_its_reason_is_told()
    {
        var options = new RunOptions { Known = Known("""[{"id":"1.2.1","reason":"being fixed"}]""") };
        var (code, text) = await WriteAsync(options, Ok, Failed);
        Assert.Equal(0, code);
        Assert.Contains("known: being fixed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Failures", text, StringComparison.Ordinal);
        Assert.Equal(1, (await WriteAsync(options, Failed, Sample.Result("1.2.3", Verdict.Failed))).Code);
    }

    [Fact]
    public async Task A_known_failure_of_another_target_or_profile_is_not_known_here()
    {
        Assert.Equal(1, (await WriteAsync(new RunOptions { Known = Known("""[{"id":"1.2.1","target":"haproxy","reason":"r"}]""") }, Failed)).Code);
        Assert.Equal(0, (await WriteAsync(new RunOptions { Known = Known("""[{"id":"1.2.1","target":"NGINX","reason":"r"}]""") }, Failed)).Code);
        Assert.Equal(1, (await WriteAsync(new RunOptions { Known = Known("""[{"id":"1.2.1@d1","reason":"r"}]""") }, Failed)).Code);
        Assert.Equal(0, (await WriteAsync(new RunOptions { Known = Known("""[{"id":"1.2.1@d1","reason":"r"}]""") }, Failed with { Profile = "d1" })).Code);
        Assert.Equal(0, (await WriteAsync(new RunOptions { Known = Known("""[{"id":"1.2.1","reason":"r"}]""") }, Failed with { Profile = "d1" })).Code);
    }

    [Fact]
    public async Task A_known_failure_that_passes_now_is_told_but_not_one_that_was_not_run()
    {
        var known = Known(
            """[{"id":"1.1.1","reason":"was broken"},{"id":"7.2.2","reason":"skipped"},{"id":"7.2.1","reason":"error"},{"id":"1.5.1","reason":"not run"}]""");
        var (_, text) = await WriteAsync(new RunOptions { Known = known }, Ok, Skipped, Error);
        Assert.Contains("fixed: 1.1.1 passes now: take it out", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("fixed:").Length - 1);
    }

    [Fact]
    public async Task A_known_failure_counts_as_new_after_its_last_day()
    {
        var time = new FixedTime(Sample.Started);
        var known = new RunOptions { Known = Known("""[{"id":"1.2.1","reason":"r","until":"2026-11-25"}]""") };
        Assert.Equal(0, (await WriteAsync(known, time, Failed)).Code);
        var expired = new RunOptions { Known = Known("""[{"id":"1.2.1","reason":"r","until":"2026-11-24"}]""") };
        var (code, text) = await WriteAsync(expired, time, Failed);
        Assert.Equal(1, code);
        Assert.Contains("expired: 1.2.1 was known until 2026-11-24", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[{\"id\":\"1.1.1\"}]")]
    [InlineData("[{\"id\":\"1.1.1\",\"reason\":\" \"}]")]
    [InlineData("[{\"id\":\"1.1.1\",\"reason\":\"r\",\"untill\":\"2026-01-01\"}]")]
    [InlineData("[{\"id\":\"1.1.1\",\"reason\":\"r\",\"until\":\"tomorrow\"}]")]
    [InlineData("[{\"id\":\"1.1.999\",\"reason\":\"r\"}]")]
    [InlineData("[{\"id\":null,\"reason\":\"r\"}]")]
    [InlineData("not json")]
    public void A_bad_file_of_known_failures_is_refused_with_its_name(string text) =>
        Assert.Contains("known.json", Assert.Throws<UsageException>(() => Known(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_of_known_failures_is_told() =>
        Assert.Contains("--known", Assert.Throws<UsageException>(() => KnownFailures.Load("/nonexistent/known.json")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_console_tells_each_case_as_it_is_done_then_failures_in_four_lines_then_totals()
    {
        var wrongEnd = Failed with { Ending = Ending.Clean, EndingRight = false, Timing = new Timing { HeadMs = 1.2, DirectHeadMs = 0.5 } };
        var (_, text) = await WriteAsync(new RunOptions(), Error, wrongEnd, Ok with { Ending = Ending.Clean, EndingRight = true });
        var lines = text.Split('\n');
        Assert.Contains(
            lines, line => line.StartsWith("  1.1.1 one event", StringComparison.Ordinal) && line.EndsWith("OK          CLEAN", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  1.2.1 CRLF", StringComparison.Ordinal)
            && line.EndsWith("FAILED      CLEAN!    head 1.2 (direct 0.5) ms  got\\n[\"a\"]", StringComparison.Ordinal));
        var failures = Array.IndexOf(lines, "Failures");
        Assert.Equal(
            ["", "  FAILED 1.2.1 CRLF", "    clause:   §9.2.5 end-of-line; LD", "    expected: expected of 1.2.1",
                "    actual:   got\\n[\"a\"] (ending CLEAN!)", "    again:    sse-harness check 1.2.1 --seed 7"],
            lines[(failures + 1)..(failures + 7)]);
        Assert.Contains("3 cases: 1 OK, 1 FAILED, 1 ERROR, 1 wrong ending; 12.3 s, seed 7", lines);
        Assert.True(Array.FindIndex(lines, line => line.Contains("7.2.1", StringComparison.Ordinal)) < Array.FindIndex(lines, line =>
            line.Contains("1.1.1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_a_target_says_reaches_the_terminal_as_a_control_character()
    {
        var (_, text) = await WriteAsync(new RunOptions(), Sample.Result("1.1.1", Verdict.Failed, "a\e[31mb\u009b\u202ec"));
        Assert.Contains("a\\x1B[31mb\\x9B\\u202Ec", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public void On_a_terminal_verdicts_have_colours()
    {
        var text = new StringWriter();
        new ConsoleReport(text, ConsoleStyle.Coloured).WriteCase(Failed);
        Assert.Contains("\e[1;31mFAILED", text.ToString(), StringComparison.Ordinal);
        Assert.Same(ConsoleStyle.Plain, ConsoleStyle.For(text));
    }

    [Fact]
    public async Task Files_are_written_where_asked_for_with_their_folder()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var options = new RunOptions
            {
                JsonFile = Path.Combine(folder.FullName, "a", "r.json"),
                JUnitFile = Path.Combine(folder.FullName, "r.xml"),
                HtmlFile = Path.Combine(folder.FullName, "r.html"),
                Known = Known("""[{"id":"1.2.1","reason":"being fixed"}]"""),
            };
            await WriteAsync(options, Ok, Failed);
            var read = Assert.Single(await RunReportFile.ReadAsync(options.JsonFile));
            Assert.Equal("being fixed", read.Results[1].Known);
            Assert.All([options.JUnitFile, options.HtmlFile], file => Assert.True(new FileInfo(file).Length > 100));
            var unwritable = new RunOptions { JsonFile = Path.Combine(options.JsonFile, "below-a-file.json") };
            await Assert.ThrowsAsync<UsageException>(() => WriteAsync(unwritable, Ok));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static KnownFailures Known(string json) => KnownFailures.Parse("known.json", json);

    private static Task<(int Code, string Text)> WriteAsync(RunOptions options, params CaseResult[] results) =>
        WriteAsync(options, TimeProvider.System, results);

    private static async Task<(int Code, string Text)> WriteAsync(RunOptions options, TimeProvider time, params CaseResult[] results)
    {
        var text = new StringWriter { NewLine = "\n" };
        var report = Sample.Report("nginx", results);
        var output = new ReportOutput(report with { Results = [] }, options, text, time);
        output.Begin();
        foreach (var result in results)
        {
            output.Tell(result);
        }

        return (await output.EndAsync(report), text.ToString());
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
