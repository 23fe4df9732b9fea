using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Broadcast;

internal static class BroadcastCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 5000,
        Ramp = TimeSpan.FromSeconds(5),
        Hold = TimeSpan.FromSeconds(30),
        Rate = 2,
        Size = 100,
        EventSources = 10,
    };

    public static Command Create() => new LoadCommand(
        "broadcast", "The same events for all clients: their age at the client, what they cost, whether one is missing", Defaults, (_, options) =>
            new BroadcastScenario(options));
}
