using Harness.Tests.Reports;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public async Task Merge_takes_single_and_merged_files_and_writes_both_forms()
    {
        var (a, b, c) = (await FileAsync("a", Sample.Report("nginx", Sample.Result("1.1.1", Verdict.Ok))), await FileAsync("b", Sample.Report("haproxy")),
            await FileAsync("c", Sample.Report("caddy")));
        Assert.Equal(0, (await Invocation.RunAsync("report", "merge", a, b, "--json", PathOf("ab"))).Code);
        var merged = await Invocation.RunAsync("report", "merge", PathOf("ab"), c, "--json", PathOf("abc"), "--html", PathOf("abc.html"));
        Assert.Equal((0, "3 runs: nginx, haproxy, caddy\n"), (merged.Code, merged.Output));
        Assert.Equal(["nginx", "haproxy", "caddy"], (await RunReportFile.ReadAsync(PathOf("abc"))).Select(run => run.Target));
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(PathOf("abc.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_makes_a_page_of_a_file()
    {
        var made = await Invocation.RunAsync("report", "html", await FileAsync("a", Sample.Report("nginx")), "-o", PathOf("a.html"));
        Assert.Equal(0, made.Code);
        Assert.Contains("nginx", await File.ReadAllTextAsync(PathOf("a.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_gives_2_and_one_line_with_its_name()
    {
        var bad = PathOf("bad.json");
        await File.WriteAllTextAsync(bad, """{"schema":5,"results":[]}""", TestContext.Current.CancellationToken);
        foreach (var file in (string[])[bad, PathOf("missing.json")])
        {
            var (code, output, error) = await Invocation.RunAsync("report", "merge", file, "--json", PathOf("out.json"));
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(Path.GetFileName(file), error, StringComparison.Ordinal);
            Assert.Single(error.TrimEnd().Split('\n'));
        }

        Assert.Equal(2, (await Invocation.RunAsync("report", "merge", bad)).Code);
        Assert.False(File.Exists(PathOf("out.json")));
    }

    [Fact]
    public async Task Diff_tells_worse_better_and_other_by_target_and_case_and_gives_1_when_something_is_worse()
    {
        var older = await FileAsync("old", Sample.Report(
            "nginx", Sample.Result("1.1.1", Verdict.Ok), Sample.Result("1.1.2", Verdict.Failed), Sample.Result("1.1.3", Verdict.Ok),
            Sample.Result("1.1.4", Verdict.Skipped), Sample.Result("1.1.5", Verdict.Ok)));
        var newer = await FileAsync("new", Sample.Report(
            "nginx", Sample.Result("1.1.1", Verdict.Failed, "got two"), Sample.Result("1.1.2", Verdict.NonStrict), Sample.Result("1.1.3", Verdict.Error),
            Sample.Result("1.1.4", Verdict.Ok), Sample.Result("1.1.5", Verdict.Ok)));
        var (code, output, _) = await Invocation.RunAsync("diff", older, newer);
        Assert.Equal(1, code);
        Assert.Equal(
            """
            Worse (1)
              nginx  1.1.1 one event: OK -> FAILED
                  got two
            Better (1)
              nginx  1.1.2 no space after the colon: FAILED -> NON-STRICT
            Other (2)
              nginx  1.1.3 only one leading space goes: OK -> ERROR
                  as expected
              nginx  1.1.4 a leading TAB stays: SKIPPED -> OK
                  as expected
            1 worse, 1 better, 2 other

            """,
            output);
        Assert.Equal(0, (await Invocation.RunAsync("diff", older, older)).Code);
    }

    [Fact]
    public async Task Diff_keeps_targets_and_profiles_apart()
    {
        var older = await FileAsync(
            "old", Sample.Report("nginx", Sample.Result("1.1.1", Verdict.Ok) with { Profile = "d1" }, Sample.Result("1.1.1", Verdict.Failed)));
        var newer = await FileAsync("new", Sample.Report("haproxy", Sample.Result("1.1.1", Verdict.Failed)));
        var (code, output, _) = await Invocation.RunAsync("diff", older, newer);
        Assert.Equal(0, code);
        Assert.EndsWith("0 worse, 0 better, 3 other\n", output, StringComparison.Ordinal);
        Assert.Contains("nginx  1.1.1@d1 one event: OK -> not run", output, StringComparison.Ordinal);
        Assert.Contains("haproxy  1.1.1 one event: not run -> FAILED", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<string> FileAsync(string name, RunReport report)
    {
        await RunReportFile.WriteAsync(PathOf(name), report);
        return PathOf(name);
    }
}
