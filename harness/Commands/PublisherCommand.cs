using System.CommandLine;
using System.Diagnostics;
using System.Net;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Publisher;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Commands;

/// <summary><c>publisher</c>: judges what writes event streams by what a conforming reader gets.</summary>
internal sealed class PublisherCommand
{
    private readonly Option<string> _exec = new("--exec")
    {
        HelpName = "COMMAND",
        Description = "Reads JSON lines {id, type, data, comment, retry} and writes the stream until its input ends",
        Required = true,
    };

    private readonly RunOptionGroup _run;

    private PublisherCommand(Command command)
    {
        command.Add(_exec);
        _run = RunOptionGroup.AddTo(command);
        command.SetAction(RunAsync);
    }

    public static Command Create()
    {
        var command = new Command("publisher", "Judges a program that writes event streams");
        _ = new PublisherCommand(command);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = _run.Read(parsed);
        var wanted = options.Filter.Select(CaseCatalogue.Instance.Rows).Select(row => row.Id).ToHashSet();
        var cases = CheckCase.All.Where(check => check.Attribute.Publisher && wanted.Contains(check.Row.Id)).ToArray();
        if (cases.Length == 0)
        {
            throw new UsageException("none of these cases is asked of a publisher");
        }

        var start = Stopwatch.GetTimestamp();
        var again = $"publisher --exec '{parsed.GetValue(_exec)}'";
        var profile = new TargetProfile { Publisher = new PublisherSetup(parsed.GetValue(_exec)!) };
        var begun = options.Begin("publisher", "publisher", TypedCommand.Of(parsed, options.Seed));
        var output = new ReportOutput(begun, options, parsed.InvocationConfiguration.Output);
        output.Begin();

        // Nobody connects: a publisher is a program, not an address.
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var nowhere = new TargetAddress(new Uri($"http://{origin.Address}"), origin.Address);
        Patience.Times = options.Patience;
        var runner = new CheckRunner(nowhere, origin, profile, options.Seed, options.Parallel, $"sse-harness {again}")
        {
            Confirms = options.Confirms,
            Tell = output.Tell,
        };
        var results = await runner.RunAsync(cases, cancellation);
        return await output.EndAsync(begun with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, Results = results });
    }
}
