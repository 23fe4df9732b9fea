using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.ConnectStorm;

internal static class ConnectStormCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 5000,
        Ramp = TimeSpan.FromSeconds(2),
        Hold = TimeSpan.FromSeconds(5),
        Rate = 1,
        Size = 100,
        EventSources = 10,
    };

    public static Command Create() => new LoadCommand(
        "connect-storm", "Many clients come in a short time: how long each waits for its stream", Defaults, (_, options) => new ConnectStormScenario(options));
}
