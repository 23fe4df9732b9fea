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
        Assert.Equal("nginx: only in the older (2 cases)\nhaproxy: only in the newer (1 cases)\n0 worse, 0 better, 0 other\n", output);
    }

    [Fact]
    public async Task Diff_takes_two_folders_of_reports_and_tells_new_versions()
    {
        var (older, newer) = (_folder.CreateSubdirectory("2026-11-26"), _folder.CreateSubdirectory("2026-11-30"));
        foreach (var (folder, version, verdict) in ((DirectoryInfo, string, Verdict)[])[(older, "1.22", Verdict.Failed), (newer, "1.26", Verdict.Ok)])
        {
            await RunReportFile.WriteAsync(
                Path.Combine(folder.FullName, "nginx.json"), Sample.Report("nginx", Sample.Result("7.2.2", verdict)) with { TargetVersion = version });
            await RunReportFile.WriteAsync(Path.Combine(folder.FullName, "caddy.json"), Sample.Report("caddy", Sample.Result("7.2.2", Verdict.Ok)));
        }

        var (code, output, _) = await Invocation.RunAsync("report", "diff", older.FullName, newer.FullName);

        Assert.Equal(0, code);
        Assert.Equal(
            "nginx: 1.22 -> 1.26\nBetter (1)\n  nginx  7.2.2 100 small events in lockstep: FAILED -> OK\n0 worse, 1 better, 0 other\n", output);
        Assert.Equal(2, (await Invocation.RunAsync("report", "diff", "2020-01-01", newer.FullName)).Code);
        Assert.Equal(2, (await Invocation.RunAsync("report", "diff", _folder.FullName, newer.FullName)).Code);
    }

    [Fact]
    public async Task Settings_makes_a_page_of_what_the_best_configuration_has_more_and_what_it_heals()
    {
        const string smallest = "#!/bin/sh\n# needs: nginx\nhttp {\n  proxy_pass http://$ORIGIN;\n}\nexec nginx\n";
        var best = smallest.Replace("  proxy_pass", "  # What <comes> goes on at once.\n  proxy_buffering off;\n  proxy_pass", StringComparison.Ordinal);
        var a = await FileAsync("a", Sample.Report(
            "nginx-smallest", Sample.Result("7.2.2", Verdict.Failed), Sample.Result("7.4.7", Verdict.Failed)) with
        { Configuration = new Dictionary<string, string> { ["start"] = smallest } });
        var b = await FileAsync("b", Sample.Report(
            "nginx-best", Sample.Result("7.2.2", Verdict.Ok), Sample.Result("7.4.7", Verdict.Failed)) with
        { Configuration = new Dictionary<string, string> { ["start"] = best } });

        Assert.Equal(0, (await Invocation.RunAsync("report", "settings", a, b, "-o", PathOf("settings.html"))).Code);

        var page = await File.ReadAllTextAsync(PathOf("settings.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<pre title=\"start\"># What &lt;comes&gt; goes on at once.\nproxy_buffering off;</pre>", page, StringComparison.Ordinal);
        Assert.Contains("healed by the settings below</h3><ul><li>Events wait until more come, or until the stream ends. <code>7.2.2</code></li></ul>", page,
            StringComparison.Ordinal);
        Assert.Contains("What remains</h3><ul><li>A cut is a clean end to the client: half an answer passes for a whole one. <code>7.4.7</code>", page,
            StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<string> FileAsync(string name, RunReport report)
    {
        await RunReportFile.WriteAsync(PathOf(name), report);
        return PathOf(name);
    }
}
