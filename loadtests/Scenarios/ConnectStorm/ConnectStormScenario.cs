using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Scenarios.Broadcast;

namespace LoadTests.Scenarios.ConnectStorm;

/// <summary>Many clients come in a short time: how long does each wait for its stream?</summary>
internal sealed class ConnectStormScenario(LoadOptions options) : BroadcastScenario(options)
{
    public override string Name => "connect-storm";

    public override string Question => "Many clients come in a short time: how long does each wait for its stream, and does each get one?";

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        var steady = Steady(conductor);
        await conductor.AllOpenAsync(cancellation);
        steady.AllOpen();
        conductor.Mark("all open");

        // Streams that were opened in a storm work as others do: each gets an event before it is over.
        await conductor.ProduceAsync(1, cancellation);
        await Task.Delay(Options.Hold, cancellation);
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        base.Judge(result, requirements);
        var peak = result.Samples.Count > 0 ? result.Samples.Max(sample => sample.Opened) : 0;
        result.Figures.Add(new Figure("openings in the fullest second", ConsoleTable.Number(peak)));
    }
}
