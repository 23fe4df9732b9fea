using System.Globalization;
using LoadTests.Measures;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Scenarios.Broadcast;

namespace LoadTests.Scenarios.SlowReaders;

/// <summary>Some clients stop reading: do the others notice, what do they cost, and what do they miss once they read again?</summary>
/// <param name="options">What all scenarios can be told.</param>
/// <param name="percent">How many of the clients stop.</param>
internal sealed class SlowReadersScenario(LoadOptions options, int percent) : BroadcastScenario(options)
{
    // The socket of the one who does not read takes little, so that it is the gateway who has to hold what follows, or not.
    private const int SocketBytes = 4096;

    // What one of them may cost: its socket's send buffer is not in the process's memory.
    private const double MostMegabytesEach = 1;

    private ProcessUsage? _before;
    private ProcessUsage? _after;

    public override string Name => "slow-readers";

    public override string Question =>
        $"{percent} % of the clients stop reading: do the others lose or wait, what does the gateway hold for them, "
            + "and do they miss anything once they read again?";

    public override Mishaps Expected => Mishaps.Over;

    private int Slow => Math.Max(1, Options.Clients * percent / 100);

    // The last ones, since the first are EventSource.
    public override LoadClient CreateClient(int number, Place place, IMeasured measured) => number >= Options.Clients - Slow
        ? new SlowReader(RequestOf(number, place) with { SocketBytes = SocketBytes }, measured)
        : base.CreateClient(number, place, measured);

    public override void Judge(LoadResult result, Requirements requirements)
    {
        base.Judge(result, requirements);
        if (_before is { } before && _after is { } after)
        {
            var each = (after.Megabytes - before.Megabytes) / Slow;
            result.Figures.Add(new Figure("memory for each slow one", each.ToString("0.00", CultureInfo.InvariantCulture) + " MB"));
            requirements.Add(
                $"the gateway holds less than {MostMegabytesEach:0} MB for each", each < MostMegabytesEach,
                string.Create(CultureInfo.InvariantCulture, $"{before.Megabytes:0} MB before, {after.Megabytes:0} MB with {Slow} who do not read"));
        }
    }

    protected override void JudgeStreams(LoadResult result, Requirements requirements) => requirements
        .Add(
            "only those who did not read are cut, and all come back",
            result.Counts is { Failed: 0, Refused: 0 } && result.Counts.Cut + result.Counts.Ended <= Slow && result.Counts.Open == Options.Clients,
            $"{result.Counts.Cut + result.Counts.Ended} cut of {Slow} that did not read, {result.Counts.Open} of {Options.Clients} open at the end");

    protected override async Task HoldAsync(Conductor conductor, CancellationToken cancellation)
    {
        _before = conductor.Bed.Gateway?.Usage();
        conductor.Mark("they stop reading");
        await conductor.Clients.SignalAsync(SlowReader.Stop);
        await Task.Delay(Options.Hold, cancellation);
        _after = conductor.Bed.Gateway?.Usage();
        conductor.Mark("they go on");
        await conductor.Clients.SignalAsync(SlowReader.GoOn);
    }
}
