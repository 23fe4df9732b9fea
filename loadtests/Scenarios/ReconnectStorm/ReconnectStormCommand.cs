using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.ReconnectStorm;

internal static class ReconnectStormCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 5000,
        Ramp = TimeSpan.FromSeconds(5),
        Hold = TimeSpan.FromSeconds(15),
        Rate = 2,
        Size = 100,
        EventSources = 10,
    };

    public static Command Create()
    {
        var by = new Option<string>("--by") { Description = "How the gateway goes: kill, or sigterm, which it drains for", DefaultValueFactory = _ => "kill" };
        by.AcceptOnlyFromAmong("kill", "sigterm");
        var command = new LoadCommand(
            "reconnect-storm",
            "The gateway is restarted under all clients: reconnects by the second, whether all resume, whether an event is lost",
            Defaults,
            (parsed, options) => new ReconnectStormScenario(options, parsed.GetValue(by) == "sigterm"),
            by);
        return command.OwnGatewayOnly();
    }
}
