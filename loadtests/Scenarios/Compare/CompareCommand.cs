using System.CommandLine;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running.Bombing;
using LoadTests.Scenarios.Compare.Peers;

namespace LoadTests.Scenarios.Compare;

internal static class CompareCommand
{
    private const int MostClients = 9000;

    public static Command Create()
    {
        var clients = LoadCommandLine.Number("--clients", "N", "Clients with a stream each", 5000, 1, MostClients);
        var rate = LoadCommandLine.Number("--rate", "N", "Events a second on each stream", 4.0, 0.1, 100);
        var size = LoadCommandLine.Number("--size", "BYTES", "Data of an event", 100, 40, 16384);
        var seconds = LoadCommandLine.Number("--seconds", "SECONDS", "How long is measured", 8.0, 1, 600);
        var rounds = LoadCommandLine.Number("--rounds", "N", "How often each has its turn", 3, 1, 20);
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
            clients, rate, size, seconds, rounds, only, output,
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
                parsed.GetValue(only) ?? []);
            var asked = CompareScenario.All.Where(peer => options.Only.Count == 0 || options.Only.Contains(peer.Name)).ToArray();
            foreach (var missing in asked.Where(peer => !peer.IsInstalled))
            {
                Console.WriteLine($"{missing.Name} is not installed: {missing.Install}");
            }

            Peer[] installed = [.. asked.Where(peer => peer.IsInstalled)];
            var started = DateTimeOffset.Now;
            var runner = Runners.Of(bombing.ReadWithoutSimulations(parsed, command.Name));
            var folder = ReportFolder.Of(parsed.GetValue(output), started, command.Name);
            var figures = await new CompareScenario(options, runner, folder).RunAsync(installed, cancellation);
            var report = new CompareReport(RunHeader.CommandText(parsed), Machine.Text, started, await PeerVersions.AskAsync(installed, cancellation), figures);
            Console.WriteLine($"\n{report.Table()}\nreport: {report.Write(folder)}");
            return new Requirements()
                .Add("no event is lost by any", figures.All(each => each.Lost == 0), string.Join(", ", figures.Select(each => $"{each.Peer} {each.Lost}")))
                .Add("no stream breaks", figures.All(each => each.Broken == 0), string.Join(", ", figures.Select(each => $"{each.Peer} {each.Broken}")));
        });
        return command;
    }
}
