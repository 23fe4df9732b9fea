using System.CommandLine;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Bombing;
using LoadTests.Scenarios.Compare.Peers;

namespace LoadTests.Scenarios.Compare;

internal static class CompareCommand
{
    private const int MostClients = 9000;

    // As a proxy or a CDN in front has them, or a browser with many tabs.
    private const int StreamsEach = 100;

    public static Command Create()
    {
        var clients = LoadCommandLine.Number("--clients", "N", "Clients with a stream each", 5000, 1, MostClients);
        var rate = LoadCommandLine.Number("--rate", "N", "Events a second on each stream", 4.0, 0.1, 100);
        var size = LoadCommandLine.Number("--size", "BYTES", "Data of an event", 100, 40, 16384);
        var seconds = LoadCommandLine.Number("--seconds", "SECONDS", "How long is measured", 8.0, 1, 600);
        var rounds = LoadCommandLine.Number("--rounds", "N", "How often each has its turn", 3, 1, 20);
        var tls = new Option<bool>("--tls")
        {
            Description = "Clients connect by TLS, and by HTTP/2 unless --http2 is 0; all have the same certificate, made for the run"
        };
        var http2 = LoadCommand.Http2Option($"With --tls alone; {StreamsEach} unless given, 0 for HTTP/1.1", least: 0);
        var busyClients = LoadCommandLine.Number(
            "--busy-clients", "N", "Clients of a second measurement, with more events; 0 leaves it out", 1000, 0, MostClients);
        var busyRate = LoadCommandLine.Number("--busy-rate", "N", "Events a second on each stream of those", 50.0, 0.1, 1000);
        var only = new Option<string[]>(
            "--only")
        { HelpName = "NAME", Description = $"Only these, e.g. --only nginx; {string.Join(", ", CompareScenario.All.Select(peer => peer.Name))}" };
        only.AcceptOnlyFromAmong([.. CompareScenario.All.Select(peer => peer.Name)]);
        var output = new Option<string?>(
            "--output")
        { HelpName = "FOLDER", Description = "Where the report goes; artifacts/loadtests/<time>-compare unless given" };
        var bombing = new BombingFlags();
        var command = new Command(
            "compare", "The same broadcast through this gateway and what else is installed of nginx, nchan, HAProxy, Caddy, YARP: CPU and memory of each")
        {
            clients, rate, size, seconds, rounds, tls, http2, busyClients, busyRate, only, output,
        };
        bombing.AddTo(command);
        command.Runs(async (parsed, cancellation) =>
        {
            if (!ProcessTree.CanRead)
            {
                throw new IOException("the comparison reads /proc, which Linux alone has");
            }

            var options = new CompareOptions(
                parsed.GetValue(clients), parsed.GetValue(rate), parsed.GetValue(size), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds),
                parsed.GetValue(only) ?? [])
            {
                Tls = parsed.GetValue(tls),
                Http2 = StreamsOf(parsed.GetValue(tls), parsed.GetValue(http2)),
                BusyClients = parsed.GetValue(busyClients),
                BusyRate = parsed.GetValue(busyRate),
            };
            var asked = CompareScenario.All.Where(peer => options.Only.Count == 0 || options.Only.Contains(peer.Name)).ToArray();
            string[] skipped = [.. asked.Where(peer => !peer.IsInstalled).Select(peer => $"{peer.Name} is not installed ({peer.Install})")];
            foreach (var missing in skipped)
            {
                Console.WriteLine(missing);
            }

            Peer[] installed = [.. asked.Where(peer => peer.IsInstalled)];
            var started = DateTimeOffset.Now;
            var runner = Runners.Of(bombing.ReadWithoutSimulations(parsed, command.Name));
            var folder = ReportFolder.Of(parsed.GetValue(output), started, command.Name);
            var scenario = new CompareScenario(options, runner, folder);
            var figures = await scenario.RunAsync(installed, cancellation);
            var versions = await PeerVersions.AskAsync(installed, cancellation);
            var report = new CompareReport(RunHeader.CommandText(parsed), Machine.Text, started, versions, figures)
            {
                Transport = Transport(options, figures),
                Skipped = skipped,
                BusyClients = options.BusyClients,
                BusyRate = options.BusyRate,
                NoWorkingSet = scenario.WhyNoWorkingSet,
            };
            Console.WriteLine($"\n{report.Table()}\nreport: {report.Write(folder)}");
            return new Requirements()
                .Add("no event is lost by any", figures.All(each => each.Lost == 0), string.Join(", ", figures.Select(each => $"{each.Peer} {each.Lost}")))
                .Add("no event is repeated by any", figures.All(each => each.Repeated == 0),
                    string.Join(", ", figures.Select(each => $"{each.Peer} {each.Repeated}")))
                .Add("no stream breaks", figures.All(each => each.Broken == 0), string.Join(", ", figures.Select(each => $"{each.Peer} {each.Broken}")));
        });
        return command;
    }

    private static int? StreamsOf(bool tls, int? http2) => (tls, http2) switch
    {
        (false, > 0) => throw new UsageException("--http2: the comparison has it over TLS, with --tls"),
        (false, _) or (true, 0) => null,
        _ => http2 ?? StreamsEach,
    };

    // What was asked for, and what it came to.
    private static string Transport(CompareOptions options, IReadOnlyList<PeerFigures> figures) => options switch
    {
        { Tls: false } => "HTTP/1.1 in the clear, a connection each",
        { Http2: null } => "TLS and HTTP/1.1, a connection each",
        _ => $"TLS and HTTP/2, up to {options.Http2} streams on a connection "
            + $"({string.Join(", ", figures.Select(each => $"{each.Peer} {each.Connections}"))} connections)",
    };
}
