using Xunit;

namespace LoadTests.Tests.Scenarios;

/// <summary>A thousand streams for ten seconds: what is asserted is loss, never time.</summary>
public sealed class SmokeTests
{
    private const string Thousand = "1000";

    [Theory]
    [InlineData("broadcast")]
    [InlineData("reconnect-storm")]
    [InlineData("limits")]
    public async Task A_thousand_streams_lose_nothing(string scenario)
    {
        using var run = new LoadTestsProcess(scenario, "--clients", Thousand, "--seconds", "10");

        var (_, said) = await run.EndAsync();

        var report = Assert.NotNull(run.Report);
        var counts = report.GetProperty("counts");
        Assert.False(report.GetProperty("interrupted").GetBoolean(), said);
        Assert.Equal((0, 0), (counts.GetProperty("lost").GetInt64(), counts.GetProperty("repeated").GetInt64()));
        Assert.True(counts.GetProperty("events").GetInt64() > 1000, said);
        Assert.Equal(scenario == "limits" ? 500 : 1000, counts.GetProperty("open").GetInt64());
        Assert.True(run.HasPage);
    }
}
