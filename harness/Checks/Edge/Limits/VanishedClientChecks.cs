using SseGateway.Harness.Checks.Disconnect;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Limits;

/// <summary>10.1.5: clients that are gone without a word, as when a phone has lost its network, keep no place for ever.</summary>
internal static class VanishedClientChecks
{
    // What a write may take that nobody acknowledges, where the target says nothing of it.
    private const double WriteSeconds = 30;

    [Case("10.1.5", Direct = true, Serial = true, Seconds = 300, Expected = "all places can be taken again when the declared time is over")]
    public static async Task<Outcome> VanishAsync(CheckContext check)
    {
        if (check.Profile.Silence is not { } silence)
        {
            return Outcome.Skipped("not declared in the profile: silence, the commands that drop the packets between the target and its clients and end it");
        }

        return await LimitCase.RunAsync(check, async (edge, limits) =>
        {
            var seconds = limits.VanishedSeconds ?? ((2 * limits.Heartbeat) + WriteSeconds);
            using var vanished = await FullTarget.FillAsync(edge, limits);
            await ShellCommand.ExecuteAsync(silence.Drop, check.Cancellation);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), check.Cancellation);
            }
            finally
            {
                await ShellCommand.ExecuteAsync(silence.Undo, CancellationToken.None);
            }

            // A target that still waits for them has no place now.
            using var next = new FullTarget(edge, limits);
            var outcome = await next.OpenAsync(limits.Streams, EdgeRequests.NewAddress);
            return outcome.Verdict == Verdict.Failed
                ? Outcome.Failed($"{seconds:0.#} s after {limits.Streams} clients vanished: {outcome.Actual}")
                : Outcome.Ok($"{limits.Streams} places taken again {seconds:0.#} s after their clients vanished");
        });
    }
}
