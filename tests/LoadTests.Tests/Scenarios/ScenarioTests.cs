using Xunit;

namespace LoadTests.Tests.Scenarios;

/// <summary>Every scenario with a few clients: what it requires holds.</summary>
public sealed class ScenarioTests
{
    // The gateway's own two seconds of work before it listens, which a few clients do not need.
    private const string NoWarmUp = "--gateway=--warm-up=false";

    [Fact]
    public async Task Limits_admit_as_many_as_the_limit_and_tell_the_others_when_to_come_back()
    {
        using var run = new LoadTestsProcess("limits", "--clients", "100", "--seconds", "2", NoWarmUp);

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
    [InlineData("broadcast", "--share")]
    [InlineData("connect-storm")]
    [InlineData("slow-readers")]
    [InlineData("soak", "--life", "1")]
    [InlineData("drain", "--window", "2", "--posts", "3")]
    public async Task A_few_clients_of_each_scenario_get_all(string scenario, params string[] further)
    {
        using var run = new LoadTestsProcess([scenario, "--clients", "20", "--ramp", "1", "--seconds", "2", NoWarmUp, .. further]);

        var (code, said) = await run.EndAsync();

        Assert.True(code == 0, said);
    }
}
