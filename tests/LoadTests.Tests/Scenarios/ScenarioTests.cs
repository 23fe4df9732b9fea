using Xunit;

namespace LoadTests.Tests.Scenarios;

/// <summary>Every scenario with a few clients: what it requires holds.</summary>
public sealed class ScenarioTests
{
    // The gateway's own two seconds of work before it listens, which a few clients do not need.
    private const string NoWarmUp = "--gateway=--warm-up=false";

    [Theory]
    [InlineData]
    [InlineData("--tls", "--http2", "10")]
    public async Task Limits_admit_as_many_as_the_limit_and_tell_the_others_when_to_come_back(params string[] further)
    {
        using var run = new LoadTestsProcess(["limits", "--clients", "100", "--seconds", "2", NoWarmUp, .. further]);

        var (code, said) = await run.EndAsync();

        Assert.True(code == 0, said);
        var counts = Assert.NotNull(run.Report).GetProperty("counts");
        Assert.True(counts.GetProperty("refused").GetInt64() >= 50, said);
        Assert.Equal((0, 0), (counts.GetProperty("untold").GetInt64(), counts.GetProperty("cut").GetInt64() + counts.GetProperty("ended").GetInt64()));
    }

    [Theory]
    [InlineData(10, "--tls", "--http2", "10")]
    [InlineData(4, "--http2", "30")]
    [InlineData(0, "--tls")]
    public async Task A_hundred_streams_lose_nothing_however_they_come(int connections, params string[] how)
    {
        using var run = new LoadTestsProcess(
            ["broadcast", "--clients", "100", "--event-sources", "0", "--ramp", "1", "--seconds", "2", NoWarmUp, .. how]);

        var (code, said) = await run.EndAsync();

        Assert.True(code == 0, said);
        var counts = Assert.NotNull(run.Report).GetProperty("counts");
        Assert.Equal((100, 0, 0), (Count("open"), Count("lost"), Count("repeated")));
        Assert.Equal(connections, Count("connections"));
        Assert.True(Count("events") > 100, said);

        long Count(string name) => counts.GetProperty(name).GetInt64();
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("tokens", "--keep", "--leaving", "50")]
    [InlineData("tokens", "--keep", "--leaving", "50", "--tls", "--http2", "10")]
    [InlineData("chat")]
    [InlineData("broadcast", "--processes", "2")]
    [InlineData("broadcast", "--share")]
    [InlineData("connect-storm")]
    [InlineData("slow-readers", "--slow", "50")]
    [InlineData("soak", "--life", "1")]
    [InlineData("drain", "--window", "6", "--posts", "3")]
    [InlineData("tokens", "--tls", "--http2", "10")]
    [InlineData("chat", "--tls", "--http2", "10")]
    [InlineData("broadcast", "--processes", "2", "--tls", "--http2", "10", "--share")]
    [InlineData("slow-readers", "--slow", "50", "--tls", "--http2", "10")]
    [InlineData("slow-readers", "--slow", "50", "--tls")]
    [InlineData("drain", "--window", "6", "--posts", "3", "--tls", "--http2", "10")]
    [InlineData("reconnect-storm", "--tls", "--http2", "10")]
    public async Task A_few_clients_of_each_scenario_get_all(string scenario, params string[] further)
    {
        using var run = new LoadTestsProcess([scenario, "--clients", "20", "--ramp", "1", "--seconds", "2", NoWarmUp, .. further]);

        var (code, said) = await run.EndAsync();

        Assert.True(code == 0, said);
    }
}
