using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Cors;

/// <summary>A case that is asked only of targets with CORS of their own.</summary>
internal static class CorsCase
{
    public static async Task<Outcome> RunAsync(CheckContext check, Func<CheckContext, CorsSetup, Task<Outcome>> judge) =>
        check.Profile.Cors is { } cors
            ? await judge(await check.AtAsync(cors.Url), cors)
            : Outcome.Skipped("the profile declares no CORS of the target's own (cors)");
}
