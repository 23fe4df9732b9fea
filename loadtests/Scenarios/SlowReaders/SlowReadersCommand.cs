using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.SlowReaders;

internal static class SlowReadersCommand
{
    // 20 KB a second fill the sockets on the way in some seconds; the gateway waits 10 s for a client that does not read.
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 1000,
        Ramp = TimeSpan.FromSeconds(2),
        Hold = TimeSpan.FromSeconds(40),
        Rate = 20,
        Size = 1024,
        EventSources = 10,
    };

    public static Command Create()
    {
        var percent = LoadCommandLine.Number("--slow", "PERCENT", "How many of the clients stop reading", 5, 1, 50);
        return new LoadCommand(
            "slow-readers", "Some clients stop reading: whether the others notice, and what it costs", Defaults, (parsed, options) =>
                new SlowReadersScenario(options, parsed.GetValue(percent)), percent);
    }
}
