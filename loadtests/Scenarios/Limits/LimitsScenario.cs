using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Scenarios.Broadcast;

namespace LoadTests.Scenarios.Limits;

/// <summary>Twice as many clients as there may be: are the right number admitted, the others told when to come back, and do they get in when there is
/// room?</summary>
internal sealed class LimitsScenario(LoadOptions options) : BroadcastScenario(options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TimeSpan? _full;
    private TimeSpan? _fullAgain;
    private long _most;

    public override string Name => "limits";

    public override string Question =>
        "Twice as many clients as the limit: are the right number admitted, the others told when to come back, and do they get in when there is room?";

    public override Mishaps Expected => Mishaps.Refused;

    private int Limit => Math.Max(1, Options.Clients / 2);

    protected override IReadOnlyList<string> GatewayArguments =>
        ["--max-streams", Limit.ToString(System.Globalization.CultureInfo.InvariantCulture), "--retry-after", "2s"];

    // Every other one leaves when it is told to.
    public override LoadClient CreateClient(int number, Place place, IMeasured measured) => number >= Options.EventSources && number % 2 == 0
        ? new LeavingClient(RequestOf(number, place), measured)
        : base.CreateClient(number, place, measured);

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var steady = Steady(conductor);
        if (await conductor.UntilAsync(
            counts => Look(counts).Open >= Limit && counts.Refused >= Options.Clients - Limit, Options.Ramp + Patience, cancellation))
        {
            _full = TimeProvider.System.GetElapsedTime(begun);
        }

        steady.AllOpen();
        conductor.Mark("full");
        await conductor.ProduceAsync(Options.Rate, cancellation);
        await WatchAsync(conductor, Options.Hold / 2, cancellation);

        begun = TimeProvider.System.GetTimestamp();
        var opened = conductor.Counts.Opened;
        conductor.Mark("some leave");
        await conductor.Clients.SignalAsync(LeavingClient.Leave);
        if (await conductor.UntilAsync(counts => Look(counts).Open >= Limit && counts.Opened > opened, Patience, cancellation))
        {
            _fullAgain = TimeProvider.System.GetElapsedTime(begun);
        }

        conductor.Mark("full again");
        await WatchAsync(conductor, Options.Hold / 2, cancellation);
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        var counts = result.Counts;
        result.Figures.Add(new Figure("most streams at a time", ConsoleTable.Number(_most)));
        requirements
            .NothingLost(result)
            .Add($"as many streams as the limit of {Limit}, never more", _full is not null && _most == Limit, $"{_most} at most{After(_full)}")
            .Add("a refused client is told when to come back", counts is { Refused: > 0, Untold: 0 }, $"{counts.Refused} refused, {counts.Untold} not told")
            .Add("when clients leave, others get in", _fullAgain is not null && counts.Opened > Limit,
                $"{counts.Opened} streams opened in all, {counts.Open} open at the end{After(_fullAgain)}")
            .Add("no stream that was admitted is ended", counts is { Cut: 0, Ended: 0, Failed: 0 },
                $"{counts.Cut + counts.Ended} ended, {counts.Failed} attempts failed");
    }

    private static string After(TimeSpan? time) => time is { } after ? FormattableString.Invariant($", full after {after.TotalSeconds:0.0} s") : ", never full";

    private Counts Look(Counts counts)
    {
        _most = Math.Max(_most, counts.Open);
        return counts;
    }

    private Task<bool> WatchAsync(Conductor conductor, TimeSpan time, CancellationToken cancellation) =>
        conductor.UntilAsync(counts => Look(counts).Open < 0, time, cancellation);
}
