using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Limits;

internal static class LimitsCommand
{
    // EventSource takes a refusal in-band for the end of a stream, so it counts otherwise than the lean client: not here.
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 4000,
        Ramp = TimeSpan.FromSeconds(4),
        Hold = TimeSpan.FromSeconds(10),
        Rate = 1,
        Size = 100,
        EventSources = 0,
    };

    public static Command Create() => new LoadCommand(
        "limits", "Twice as many clients as the limit: how the others are refused, and whether they get in when there is room", Defaults, (_, options) =>
            new LimitsScenario(options)).OwnGatewayOnly();
}
