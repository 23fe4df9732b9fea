using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>When the origin sees that a client has left (catalogue, section 0.10).</summary>
internal static class UpstreamRelease
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(5);

    /// <summary>How long that may take, for the limit of a case; a target that shares lingers.</summary>
    /// <param name="check">The case's.</param>
    /// <param name="exchange">The request at the origin.</param>
    /// <param name="left">Milliseconds since the case began at which the client left.</param>
    public static async Task<Outcome> JudgeAsync(CheckContext check, OriginExchange exchange, double left)
    {
        var linger = check.Profile.Has("shares") ? TimeSpan.FromSeconds(check.Profile.LingerSeconds) : TimeSpan.Zero;
        double seen;
        try
        {
            seen = await exchange.WaitForPeerCloseAsync(linger + Latest, check.Cancellation);
        }
        catch (NotSeenException)
        {
            return Outcome.Failed($"the upstream's stream is still open {(linger + Latest).TotalSeconds:0} s after the client left, without a further write");
        }

        var took = TimeSpan.FromMilliseconds(Math.Max(0, seen - left));
        var text = $"the origin saw it after {took.TotalMilliseconds:0} ms{(linger > TimeSpan.Zero ? $" (declared linger {linger.TotalSeconds:0.#} s)" : "")}";
        return took <= linger + Prompt ? Outcome.Ok(text) : Outcome.NonStrict(text);
    }
}
