using SseGateway.Harness.Checks.Disconnect;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Life;

/// <summary>4.2 <c>life/end</c>, the rows that a proxy can spoil: an upstream's reset.</summary>
internal static class EndChecks
{
    // The origin resets only when the event has been seen, and then at once: a reset drops what a receiver has not read yet (RFC 9293, 3.5.2),
    // so that only the first must not lose it.
    [Case("4.2.3", Expected = "[\"a\"] not lost, then RESET (or UNCLEAN)")]
    public static async Task<Outcome> ResetAfterAnEventAsync(CheckContext check) =>
        Outcome.Worst(
        [
            await Part.RunAsync("reset when the event was seen", () => BrokenStream.JudgeAsync(check, ["data: a\n\n"], 1, exchange => exchange.Reset())),
            await Part.RunAsync("reset at once", () => BrokenStream.JudgeAsync(check, ["data: a\n\n"], 0, exchange => exchange.Reset())),
        ]);

    [Case("4.2.4")]
    public static Task<Outcome> ResetInsideAnEventAsync(CheckContext check) =>
        BrokenStream.JudgeAsync(check, ["data: a\n\n", "data: b"], 1, exchange => exchange.Reset());
}
