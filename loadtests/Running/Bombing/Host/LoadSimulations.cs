using NBomber.Contracts;
using NBomber.CSharp;

namespace LoadTests.Running.Bombing.Host;

/// <summary>Load simulations in NBomber's own words.</summary>
internal static class LoadSimulations
{
    public static LoadSimulation[] Of(IReadOnlyList<LoadStage> stages) => [.. stages.Select(Of)];

    private static LoadSimulation Of(LoadStage stage) => stage.Kind switch
    {
        LoadStageKind.RampingConstant => Simulation.RampingConstant(stage.Copies, stage.During),
        LoadStageKind.KeepConstant => Simulation.KeepConstant(stage.Copies, stage.During),
        LoadStageKind.RampingInject => Simulation.RampingInject(stage.Copies, stage.Interval, stage.During),
        LoadStageKind.Inject => Simulation.Inject(stage.Copies, stage.Interval, stage.During),
        _ => Simulation.Pause(stage.During),
    };
}
