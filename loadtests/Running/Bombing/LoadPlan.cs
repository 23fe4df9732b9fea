namespace LoadTests.Running.Bombing;

/// <summary>What a row of load simulations comes to, when each copy is a client that stays: a scenario has to know it before it begins.</summary>
/// <param name="Clients">That come in all.</param>
/// <param name="Ramp">Until the last of them has come.</param>
/// <param name="Hold">From then to the end of the last stage, at least a second.</param>
internal sealed record LoadPlan(int Clients, TimeSpan Ramp, TimeSpan Hold)
{
    /// <summary>Goes through the stages as NBomber 4.1.2 does: at the beginning of each interval it has as many copies come as are due then.</summary>
    public static LoadPlan Of(IReadOnlyList<LoadStage> stages)
    {
        var (constant, injected, before) = (0, 0, 0);
        var (begun, last) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var stage in stages)
        {
            for (var at = TimeSpan.Zero; at < stage.During; at += stage.Interval)
            {
                // A stage that ramps has its whole number only when the next one begins.
                Come(stage, stage.Kind is LoadStageKind.RampingConstant or LoadStageKind.RampingInject
                    ? Due(stage, before, at) : stage.Copies, begun + at + stage.Interval);
            }

            begun += stage.During;
            before = stage.Copies;
        }

        // Constant copies are kept to the end, and all of those of the last stage come.
        if (stages is [.., { Injects: false, Kind: not LoadStageKind.Pause } end])
        {
            Come(end, end.Copies, begun + LoadStage.Least);
        }

        var hold = begun - last;
        return new LoadPlan(constant + injected, last, hold > LoadStage.Least ? hold : LoadStage.Least);

        void Come(LoadStage stage, int due, TimeSpan by)
        {
            var more = stage.Injects ? due : Math.Max(0, due - constant);
            if (more == 0)
            {
                return;
            }

            last = by;
            (constant, injected) = stage.Injects ? (constant, injected + more) : (constant + more, injected);
        }
    }

    /// <summary>The stages, and at the end one in which all stay for so long: the scenario says when it is over, not the clock.</summary>
    public static IReadOnlyList<LoadStage> WithTail(IReadOnlyList<LoadStage> stages, TimeSpan tail) =>
        [.. stages, stages is [.., { Injects: false, Kind: not LoadStageKind.Pause } end] ? LoadStage.Keep(end.Copies, tail) : LoadStage.Pause(tail)];

    private static int Due(LoadStage stage, int before, TimeSpan at)
    {
        var percent = Math.Min(100, (int)Math.Round(at / stage.During * 100, MidpointRounding.AwayFromZero));
        return Math.Abs((int)Math.Round(((stage.Copies - before) / 100.0 * percent) + before, MidpointRounding.AwayFromZero));
    }
}
