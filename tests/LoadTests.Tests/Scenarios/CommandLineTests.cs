using Xunit;

namespace LoadTests.Tests.Scenarios;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--target", "http://example.org/events", "loopback")]
    [InlineData("--target", "ftp://127.0.0.1/events", "--target")]
    [InlineData("--clients", "19001", "--processes 2")]
    [InlineData("--clients", "0", "--clients")]
    [InlineData("--size", "39", "--size")]
    [InlineData("--rate", "many", "many")]
    [InlineData("--clients", "many", "many")]
    [InlineData("--processes", "many", "many")]
    [InlineData("--http2", "0", "1 to 1000")]
    [InlineData("--http2", "many", "many")]
    public async Task A_wrong_argument_is_one_line_and_exit_code_2(string option, string value, string said)
    {
        using var run = new LoadTestsProcess("broadcast", option, value);

        var (code, output) = await run.EndAsync();

        Assert.Equal(2, code);
        Assert.Contains(said, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broadcast", "--tls", "--target", "http://127.0.0.1:9/events")]
    [InlineData("compare", "--http2", "100")]
    [InlineData("idle", "--http1", "--http2", "100")]
    public async Task Transports_that_exclude_each_other_are_one_line_and_exit_code_2(params string[] arguments)
    {
        using var run = new LoadTestsProcess(arguments);

        var (code, output) = await run.EndAsync();

        Assert.Equal(2, code);
        Assert.Contains("loadtests: --", output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broadcast")]
    [InlineData("drain")]
    [InlineData("idle")]
    [InlineData("compare")]
    public async Task Without_NBomber_asking_for_it_is_one_line_that_says_how_to_get_it(string scenario)
    {
        using var run = new LoadTestsProcess(scenario, "--nbomber");

        var (code, output) = await run.EndAsync();

        Assert.Equal(2, code);
        Assert.Contains("-p:UseNBomber=true", output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_a_report_of_a_failed_run()
    {
        using var run = new LoadTestsProcess(
            "soak", "--target", "http://127.0.0.1:9/events", "--clients", "2", "--ramp", "0", "--seconds", "1", "--patience", "1");

        var (code, said) = await run.EndAsync();

        Assert.True(code == 1, said);
        Assert.True(Assert.NotNull(run.Report).GetProperty("interrupted").GetBoolean(), said);
    }

    [Fact]
    public async Task Ctrl_C_still_writes_the_report()
    {
        using var run = new LoadTestsProcess("broadcast", "--clients", "10", "--ramp", "0", "--seconds", "600");

        // The first line of progress comes after ten samples, with streams open.
        while (!run.Said.Contains("events/s", StringComparison.Ordinal))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        run.Interrupt();

        var (code, said) = await run.EndAsync();
        Assert.Equal(1, code);
        var report = Assert.NotNull(run.Report);
        Assert.True(report.GetProperty("interrupted").GetBoolean(), said);
        Assert.True(report.GetProperty("counts").GetProperty("opened").GetInt64() > 0, said);
        Assert.True(run.HasPage);
    }
}
