using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Drain;

internal static class DrainCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 5000,
        Ramp = TimeSpan.FromSeconds(5),
        Hold = TimeSpan.FromSeconds(2),
        Rate = 2,
        Size = 100,
    };

    public static Command Create()
    {
        var window = LoadCommandLine.Number("--window", "SECONDS", "The drain window of the gateway", 20, 2, 300);
        var posts = LoadCommandLine.Number("--posts", "N", "POST streams that end by themselves inside the window", 20, 0, 1000);
        var by = new Option<string>("--by") { Description = "How the gateway is told to go down", DefaultValueFactory = _ => "sigterm" };
        by.AcceptOnlyFromAmong("sigterm", "admin");
        var command = new LoadCommand(
            "drain",
            "Drains one of two gateways: whether its clients come back to the other spread over the window, whether any event is lost",
            Defaults,
            (parsed, options) => new DrainScenario(
                options,
                new DrainOptions(
                    TimeSpan.FromSeconds(parsed.GetValue(window)), Enum.Parse<DrainTrigger>(parsed.GetValue(by)!, ignoreCase: true), parsed.GetValue(posts))),
            window,
            by,
            posts);
        return command.FromOneGatewayToAnother();
    }
}
