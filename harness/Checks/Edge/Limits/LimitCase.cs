using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Limits;

/// <summary>A case that is asked only of targets with limits.</summary>
internal static class LimitCase
{
    public static async Task<Outcome> RunAsync(CheckContext check, Func<CheckContext, LimitSetup, Task<Outcome>> judge) =>
        check.Profile.Limits is { } limits
            ? await judge(await check.AtAsync(limits.Url), limits)
            : Outcome.Skipped("the profile declares no limits (limits)");
}
