using System.CommandLine;

namespace LoadTests.Scenarios.Idle;

internal static class IdleCommand
{
    private const int MostOverHttp1 = 9000;

    public static Command Create()
    {
        var streams = LoadCommandLine.Number("--streams", "N", "Silent streams, with --http1 up to 9000", 20000, 1, 50000);
        var seconds = LoadCommandLine.Number("--seconds", "SECONDS", "How long each figure is taken over", 60, 1, 3600);
        var http1 = new Option<bool>(
            "--http1")
        { Description = "HTTP/1.1 on both sides of the gateway, a connection for each stream, instead of HTTP/2 in the clear" };
        var command = new Command("idle", "Opens streams on which nothing happens: what do they cost a gateway at rest?") { streams, seconds, http1 };
        command.Reports(command.Description!, (parsed, runner, folder, cancellation) => parsed.GetValue(http1) && parsed.GetValue(streams) > MostOverHttp1
            ? throw new UsageException($"--streams: must be {MostOverHttp1} or less with --http1: the gateway has two connections for each")
            : new IdleScenario(new IdleOptions(parsed.GetValue(streams), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(http1)), runner,
                folder).RunAsync(cancellation));
        return command;
    }
}
