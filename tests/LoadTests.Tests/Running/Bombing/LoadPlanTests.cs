using LoadTests.Running.Bombing;
using Xunit;

namespace LoadTests.Tests.Running.Bombing;

public sealed class LoadPlanTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_ramp_and_what_is_kept_are_the_same_clients()
    {
        var plan = LoadPlan.Of([LoadStage.Ramping(50, TimeSpan.FromSeconds(10)), LoadStage.Keep(50, TimeSpan.FromSeconds(30))]);

        Assert.Equal((50, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(29)), (plan.Clients, plan.Ramp, plan.Hold));
    }

    [Fact]
    public void A_ramp_at_the_end_comes_to_its_whole_number_in_the_tail()
    {
        LoadStage[] stages = [LoadStage.Ramping(50, TimeSpan.FromSeconds(10))];

        Assert.Equal(50, LoadPlan.Of(stages).Clients);
        Assert.Equal(LoadStage.Keep(50, TimeSpan.FromMinutes(1)), LoadPlan.WithTail(stages, TimeSpan.FromMinutes(1))[^1]);
    }

    [Fact]
    public void Clients_of_a_stage_that_ramps_down_stay()
    {
        var plan = LoadPlan.Of([LoadStage.Keep(30, 5 * Second), LoadStage.Ramping(10, 5 * Second), LoadStage.Keep(20, 5 * Second)]);

        Assert.Equal((30, Second), (plan.Clients, plan.Ramp));
    }

    [Fact]
    public void Injected_clients_come_at_each_interval_beside_the_constant_ones()
    {
        LoadStage[] stages = [LoadStage.Keep(7, 2 * Second), new(LoadStageKind.Inject, 5, Second / 2, 3 * Second), LoadStage.Pause(Second)];

        var plan = LoadPlan.Of(stages);

        Assert.Equal((7 + (6 * 5), 5 * Second, Second), (plan.Clients, plan.Ramp, plan.Hold));
        Assert.Equal(LoadStageKind.Pause, LoadPlan.WithTail(stages, Second)[^1].Kind);
    }

    [Fact]
    public void Injection_that_ramps_begins_at_what_the_stage_before_had()
    {
        // At 0, 25, 50 and 75 % of the way from 0 to 8 copies.
        var plan = LoadPlan.Of([new LoadStage(LoadStageKind.RampingInject, 8, Second, 4 * Second)]);

        Assert.Equal(0 + 2 + 4 + 6, plan.Clients);
    }
}
