using System.CommandLine;
using LoadTests.Processes;

namespace LoadTests.Origins;

internal static class OriginCommand
{
    public static Command Create()
    {
        var port = LoadCommandLine.Number("--port", "N", "Port of the streams; 0 is any that is free", 7001, 0, 65535);
        var size = LoadCommandLine.Number("--size", "BYTES", "Data of an event", 100, 40, 16384);
        var tokens = LoadCommandLine.Number("--tokens", "N", "Events of an answer to a POST", 1000, 1, 100_000);
        var answer = LoadCommandLine.Number("--answer-seconds", "SECONDS", "How long such an answer takes", 20, 1, 3600);
        var owned = new Option<bool>("--owned") { Hidden = true, Description = "Ends with its standard input: with the program that has started it" };
        var command = new Command(
            "origin", "The service that the scenarios put behind gateways, alone: GET is a stream of numbered events, POST an answer of its own")
        {
            port, size, tokens, answer, owned,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (parsed.GetValue(owned))
            {
                _ = Ownership.EndsWithInputAsync(stop);
            }

            var options = new OriginOptions(
                parsed.GetValue(port), parsed.GetValue(size), parsed.GetValue(tokens), TimeSpan.FromSeconds(parsed.GetValue(answer)));
            using var service = new OriginService(options);
            await service.RunAsync(parsed.InvocationConfiguration.Output, stop.Token);
            return 0;
        });
        return command;
    }
}
