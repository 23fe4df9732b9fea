namespace LoadTests.Running.Bombing;

/// <summary>One of NBomber's load simulations.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Copies">How many there are to be, or are injected at each interval; 0 for a pause.</param>
/// <param name="Interval">Between two looks at how many there are; NBomber's own second where it injects none.</param>
/// <param name="During">How long.</param>
internal readonly record struct LoadStage(LoadStageKind Kind, int Copies, TimeSpan Interval, TimeSpan During)
{
    /// <summary>NBomber looks at constant copies once a second, and takes no stage that is shorter.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    public static LoadStage Ramping(int copies, TimeSpan during) => new(LoadStageKind.RampingConstant, copies, Least, during);

    public static LoadStage Keep(int copies, TimeSpan during) => new(LoadStageKind.KeepConstant, copies, Least, during);

    public static LoadStage Pause(TimeSpan during) => new(LoadStageKind.Pause, 0, Least, during);

    public bool Injects => Kind is LoadStageKind.Inject or LoadStageKind.RampingInject;
}
