using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Fleet;

internal static class FleetCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 3000,
        Ramp = TimeSpan.FromSeconds(5),
        Hold = TimeSpan.FromSeconds(2),
        Rate = 10,
        Size = 100,
    };

    public static Command Create()
    {
        var ends = LoadCommandLine.Number("--ends", "N", "How often it happens to the gateway that leads; 0 for a look at the fleet at rest", 10, 0, 1000);
        var gateways = LoadCommandLine.Number("--gateways", "N", "Gateways of the fleet", 3, 1, 8);
        var warmUp = LoadCommandLine.Number(
            "--warm-up", "SECONDS", "With --ends 0: how long events flow before it is measured, while .NET compiles its code once more", 0.0, 0, 600);
        var by = new Option<FleetEnd>("--by")
        {
            Description = "What becomes of it: kill, sigterm (it drains), or sleep, for ten seconds",
            HelpName = "kill|sigterm|sleep",
        };
        var command = new LoadCommand(
            "fleet",
            "Several gateways on one Redis; the one that leads is ended again and again: whether an event is lost or comes twice, how long a takeover takes",
            Defaults,
            (parsed, options) => new FleetScenario(
                options, Count(parsed.GetValue(gateways), parsed.GetValue(ends)), parsed.GetValue(ends), parsed.GetValue(by),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp))),
            ends,
            gateways,
            warmUp,
            by);
        return command.FromOneGatewayToAnother();
    }

    private static int Count(int gateways, int ends) => gateways > 1 || ends == 0
        ? gateways
        : throw new UsageException("--gateways: one alone is a fleet at rest, with --ends 0; else there is nobody to go on");
}
