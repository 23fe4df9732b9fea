using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Scenarios.Broadcast;

namespace LoadTests.Scenarios.ReconnectStorm;

/// <summary>The gateway goes away under all clients and comes back: do all of them resume, how fast, and is an event lost?</summary>
/// <param name="options">What all scenarios can be told.</param>
/// <param name="gently">Whether it is drained rather than killed.</param>
internal sealed class ReconnectStormScenario(LoadOptions options, bool gently) : BroadcastScenario(options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private TimeSpan? _back;

    public override string Name => "reconnect-storm";

    public override string Question =>
        $"The gateway is {(gently ? "drained" : "killed")} and started again under all clients: do all come back, how fast, and is an event lost?";

    public override Mishaps Expected => Mishaps.Refused | Mishaps.Failed | Mishaps.Over;

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        var steady = Steady(conductor);
        await conductor.AllOpenAsync(cancellation);
        steady.AllOpen();
        await conductor.ProduceAsync(Options.Rate, cancellation);

        // Every client has an event, and so an id to resume after.
        await conductor.UntilAsync(counts => counts.Events >= 2 * Options.Clients, Patience, cancellation);
        await Task.Delay(Options.Hold / 3, cancellation);

        var begun = TimeProvider.System.GetTimestamp();
        conductor.Mark(gently ? "drained" : "killed");
        await conductor.Bed.RestartGatewayAsync(gently, cancellation);
        conductor.Mark("listens again");
        if (await conductor.UntilAsync(counts => counts.Open >= Options.Clients && counts.Opened >= 2 * Options.Clients, Patience, cancellation))
        {
            _back = TimeProvider.System.GetElapsedTime(begun);
            conductor.Mark("all back");
        }

        await Task.Delay(Options.Hold / 3, cancellation);
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        var (counts, peak) = (result.Counts, result.Samples.Count > 0 ? result.Samples.Max(sample => sample.Opened) : 0);
        result.Figures.Add(new Figure("openings in the fullest second", ConsoleTable.Number(peak)));
        result.Figures.Add(new Figure("attempts for each client", FormattableString.Invariant($"{(double)counts.Reconnects / Options.Clients:0.0}")));
        requirements
            .NothingLost(result)
            .Add("every client is back", _back is not null && counts.Open == Options.Clients, _back is { } back
                ? $"{counts.Open}, the last {back.TotalSeconds:0.0} s after the gateway went" : $"{counts.Open} of {Options.Clients}");
        if (Options.Share)
        {
            // A gateway that begins anew has nothing to replay, and says so: what it has a notice for is not lost in silence.
            result.Figures.Add(new Figure("gap notices", ConsoleTable.Number(counts.Gaps)));
        }
        else
        {
            requirements.Add("the origin resumes for each: no gap", counts.Gaps == 0, $"{counts.Gaps} gap notices");
        }
    }
}
