using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Idle;

internal static class IdleCommand
{
    private const int MostOverHttp1 = 9000;
    private const int StreamsEach = 100;

    public static Command Create()
    {
        var streams = LoadCommandLine.Number("--streams", "N", "Silent streams, with --http1 up to 9000", 20000, 1, 50000);
        var seconds = LoadCommandLine.Number("--seconds", "SECONDS", "How long each figure is taken over", 60, 1, 3600);
        var http1 = new Option<bool>("--http1") { Description = "HTTP/1.1 on both sides of the gateway, a connection for each stream, instead of HTTP/2" };
        var http2 = LoadCommand.Http2Option($"{StreamsEach} unless given");
        var tls = new Option<bool>("--tls") { Description = "Clients connect by TLS; the gateway has a certificate of the run's own" };
        var command = new Command("idle", "Opens streams on which nothing happens: what do they cost a gateway at rest?")
        {
            streams, seconds, http1, http2, tls,
        };
        command.Reports(command.Description!, (parsed, runner, folder, cancellation) =>
        {
            var each = parsed.GetValue(http2);
            if (parsed.GetValue(http1))
            {
                each = each is null ? each : throw new UsageException("--http2: not with --http1");
                if (parsed.GetValue(streams) > MostOverHttp1)
                {
                    throw new UsageException($"--streams: must be {MostOverHttp1} or less with --http1: the gateway has two connections for each");
                }
            }
            else
            {
                each ??= StreamsEach;
            }

            var options = new IdleOptions(parsed.GetValue(streams), TimeSpan.FromSeconds(parsed.GetValue(seconds)), each, parsed.GetValue(tls));
            return new IdleScenario(options, runner, folder).RunAsync(cancellation);
        });
        return command;
    }
}
