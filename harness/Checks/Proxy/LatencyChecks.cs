using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.2 <c>proxy/latency</c>: what has been sent has to arrive before anything more is sent.</summary>
internal sealed class LatencyChecks
{
    [Case("7.2.1")]
    public static async Task<Outcome> HeadBeforeTheFirstByteAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.WaitForEventsAsync(1);
        return Outcome.Ok($"head after {response.HeadMs - exchange.ArrivedMs:0} ms") with { Timing = new Timing { HeadMs = response.HeadMs } };
    }

    [Case("7.2.2")]
    public static async Task<Outcome> EventsInLockstepAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        for (var i = 1; i <= 100; i++)
        {
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
            await response.WaitForEventsAsync(i, $"event {i} before the next was sent");
        }

        return Outcome.Ok("100 events, each before the next");
    }
}
