using System.CommandLine;

namespace LoadTests.Scenarios.Drain;

internal static class DrainCommand
{
    public static Command Create()
    {
        var streams = LoadCommandLine.Number("--streams", "N", "Clients with a stream each", 5000, 1, 9000);
        var rate = LoadCommandLine.Number("--rate", "N", "Events a second on each stream", 2, 1, 50);
        var window = LoadCommandLine.Number("--window", "SECONDS", "The drain window of the gateway", 20, 2, 300);
        var posts = LoadCommandLine.Number("--posts", "N", "POST streams that end by themselves inside the window", 20, 0, 1000);
        var by = new Option<string>("--by") { Description = "How the gateway is told to go down", DefaultValueFactory = _ => "sigterm" };
        by.AcceptOnlyFromAmong("sigterm", "admin");
        var command = new Command("drain", "Drains one of two gateways: do its clients come back to the other spread over the window, and is any event lost?")
        {
            streams, rate, window, by, posts,
        };
        command.Reports(command.Description!, (parsed, cancellation) => new DrainScenario(new DrainOptions(
            parsed.GetValue(streams), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(window)), Enum.Parse<DrainTrigger>(parsed.GetValue(by)!, ignoreCase: true), parsed.GetValue(posts))).RunAsync(cancellation));
        return command;
    }
}
