using System.Text.Json;
using LoadTests.Running.Bombing;
using Xunit;

namespace LoadTests.Tests.Running.Bombing;

public sealed class NBomberConfigTests : IDisposable
{
    private const string Stages = """{ "GlobalSettings": { "ScenariosSettings": [ { "ScenarioName": "broadcast", "LoadSimulationsSettings": [ """;
    private const string End = " ] } ] } }";

    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Load_simulations_are_taken_out_and_the_rest_is_for_NBomber()
    {
        var config = Read("""
            {
              "TestSuite": "nightly",
              "GlobalSettings": {
                "ReportFormats": ["Html"],
                "ScenariosSettings": [
                  { "ScenarioName": "chat", "LoadSimulationsSettings": [ { "KeepConstant": [1, "00:00:01"] } ] },
                  {
                    "ScenarioName": "broadcast",
                    "LoadSimulationsSettings": [
                      { "RampingConstant": [50, "00:00:30"] }, { "Inject": [3, "00:00:00.500", "00:00:10"] }, { "Pause": "00:00:05" }
                    ],
                    "MaxFailCount": 7
                  }
                ]
              }
            }
            """);

        Assert.Equal(
            [LoadStage.Ramping(50, TimeSpan.FromSeconds(30)), new LoadStage(
                LoadStageKind.Inject, 3, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10)), LoadStage.Pause(TimeSpan.FromSeconds(5))],
            config.Stages);
        var rest = JsonDocument.Parse(config.Rest).RootElement;
        var settings = rest.GetProperty("GlobalSettings").GetProperty("ScenariosSettings")[1];
        Assert.Equal("nightly", rest.GetProperty("TestSuite").GetString());
        Assert.Equal(7, settings.GetProperty("MaxFailCount").GetInt32());
        Assert.False(settings.TryGetProperty("LoadSimulationsSettings", out _));
    }

    [Fact]
    public void A_file_without_settings_of_scenarios_leaves_the_command_line_as_it_is() => Assert.Null(Read("""{ "TestName": "x" }""").Stages);

    [Theory]
    [InlineData("""{ "GlobalSettings": """, "line 1")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{ "GlobalSettings": { "ReportFolder": "." } }""", "--output")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [ { "ScenarioName": "brodcast" } ] } }""", "brodcast")]
    [InlineData("""{ "GlobalSettings": { "ScenariosSettings": [ { "ScenarioName": "broadcast", "WarmUpDuration": "00:00:10" } ] } }""", "WarmUpDuration")]
    [InlineData(
        """{ "GlobalSettings": { "ScenariosSettings": [ { "ScenarioName": "broadcast", "LoadSimulationsSettings": [] } ] } }""", "LoadSimulationsSettings")]
    [InlineData(Stages + """{ "Stress": [1, "00:00:10"] }""" + End, "Stress")]
    [InlineData(Stages + """{ "InjectRandom": [1, 2, "00:00:01", "00:00:10"] }""" + End, "InjectRandom")]
    [InlineData(Stages + """{ "KeepConstant": [1] }""" + End, "[copies, time]")]
    [InlineData(Stages + """{ "KeepConstant": [-1, "00:00:10"] }""" + End, "-1")]
    [InlineData(Stages + """{ "KeepConstant": [1, "00:00:00.5"] }""" + End, "a second at least")]
    [InlineData(Stages + """{ "KeepConstant": [1, "soon"] }""" + End, "soon")]
    [InlineData(Stages + """{ "KeepConstant": [0, "00:00:10"] }""" + End, "no client")]
    public void What_a_scenario_of_streams_cannot_take_is_said_by_name(string text, string said)
    {
        var wrong = Assert.Throws<UsageException>(() => Read(text));

        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
        Assert.StartsWith("--nbomber-config: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said() => Assert.Throws<UsageException>(() => NBomberConfig.Read(_file + ".json", "broadcast"));

    public void Dispose() => File.Delete(_file);

    private NBomberConfig Read(string text)
    {
        File.WriteAllText(_file, text);
        return NBomberConfig.Read(_file, "broadcast");
    }
}
