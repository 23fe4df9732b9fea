using Xunit;

namespace LoadTests.Tests.Scenarios;

/// <summary>A thousand streams for ten seconds: what is asserted is loss, never time.</summary>
public sealed class SmokeTests
{
    private const string Thousand = "1000";

    [Theory]
    [InlineData("broadcast")]
    [InlineData("broadcast", "--share")]
    [InlineData("reconnect-storm")]
    [InlineData("limits")]
    public async Task A_thousand_streams_lose_nothing(string scenario, params string[] further)
    {
        using var run = new LoadTestsProcess([scenario, "--clients", Thousand, "--seconds", "10", .. further]);

        var (_, said) = await run.EndAsync();

        var report = Assert.NotNull(run.Report);
        var counts = report.GetProperty("counts");
        Assert.False(report.GetProperty("interrupted").GetBoolean(), said);
        Assert.Equal((0, 0), (counts.GetProperty("lost").GetInt64(), counts.GetProperty("repeated").GetInt64()));
        Assert.True(counts.GetProperty("events").GetInt64() > 1000, said);
        Assert.Equal(scenario == "limits" ? 500 : 1000, counts.GetProperty("open").GetInt64());
        Assert.True(run.HasPage);
    }

    [Fact]
    public async Task Limits_admit_as_many_as_the_limit_and_tell_the_others_when_to_come_back()
    {
        using var run = new LoadTestsProcess("limits", "--clients", "100", "--seconds", "2");

        var (code, said) = await run.EndAsync();

        Assert.True(code == 0, said);
        var counts = Assert.NotNull(run.Report).GetProperty("counts");
        Assert.True(counts.GetProperty("refused").GetInt64() >= 50, said);
        Assert.Equal((0, 0), (counts.GetProperty("untold").GetInt64(), counts.GetProperty("cut").GetInt64() + counts.GetProperty("ended").GetInt64()));
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("chat")]
    [InlineData("broadcast", "--processes", "2")]
    [InlineData("connect-storm")]
    public async Task A_few_clients_of_each_scenario_get_all(string scenario, params string[] further)
    {
        using var run = new LoadTestsProcess([scenario, "--clients", "20", "--ramp", "1", "--seconds", "3", .. further]);

        var (code, said) = await run.EndAsync();

        Assert.True(code == 0, said);
    }
}
