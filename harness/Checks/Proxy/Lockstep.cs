using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>Sends the next step only when the last one has been seen (catalogue, section 0.7): a target that holds bytes until more come stops the
/// case.</summary>
internal static class Lockstep
{
    /// <summary>Whether the target gives out an event while the origin is silent. Where it does not, which 7.2 is about, other cases end the body.</summary>
    public static async Task<bool> IsPossibleAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        return await response.HasEventsSoonAsync(1);
    }

    /// <summary>Events with the data 1, 2, 3 ... through a stream.</summary>
    /// <param name="check">The case.</param>
    /// <param name="exchange">The origin's side.</param>
    /// <param name="answer">The client's.</param>
    /// <param name="count">How many.</param>
    /// <returns>The longest time between sent and seen, in milliseconds.</returns>
    /// <exception cref="Wire.NotSeenException">One did not come while the origin was silent.</exception>
    public static async Task<double> EventsAsync(CheckContext check, OriginExchange exchange, TargetAnswer answer, int count)
    {
        var before = answer.Events.Count;
        var worst = 0.0;
        for (var i = 1; i <= count; i++)
        {
            var sent = check.Tap.Ms;
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
            await answer.WaitForEventsAsync(before + i, $"event {i} while the origin was silent");
            worst = Math.Max(worst, check.Tap.Ms - sent);
        }

        return worst;
    }
}
