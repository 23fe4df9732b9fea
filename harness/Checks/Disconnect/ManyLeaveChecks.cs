using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>7.4 <c>proxy/disconnect</c>: clients that open a stream in which nothing happens, and leave. Who does not see it has no place left soon.</summary>
internal static class ManyLeaveChecks
{
    private const int Leavers = 100;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    [Case("7.4.17", Seconds = 60, Serial = true, Expected = "the next client has its stream within 10 s")]
    public static async Task<Outcome> HundredLeaveSilentStreamsAsync(CheckContext check)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(check.Cancellation);
            await (exchange.Request.Target.EndsWith("/after", StringComparison.Ordinal)
                ? EndAsync(check, exchange)
                : exchange.PeerClosed.WaitAsync(check.Cancellation));
        };
        var opened = 0;
        for (var i = 1; i <= Leavers; i++)
        {
            using var connection = await check.RequestAsync("GET", $"{run.Path}/{i}");
            for (var until = check.Tap.Ms + (3000 * Patience.Times); run.Exchanges.Count < i && check.Tap.Ms < until; await Task.Delay(5, check.Cancellation))
            {
                // Until it is at the origin: what has not come so far would leave nothing behind.
            }

            opened = run.Exchanges.Count;
            connection.Leave();
            if (opened < i)
            {
                break;
            }
        }

        var asked = check.Tap.Ms;
        var next = await check.RequestAsync("GET", $"{run.Path}/after");
        var response = await next.ReadResponseAsync(limit: Late);
        if (!response.IsEventStream)
        {
            return Outcome.Failed($"after {opened} of {Leavers} silent streams that were left the next client is answered {response.Status}");
        }

        await response.WaitForEventsAsync(1, "the event of the next client", Late);
        return Outcome.Ok($"{opened} silent streams opened and left, the next one after {check.Tap.Ms - asked:0} ms");
    }

    private static async Task EndAsync(CheckContext check, OriginExchange exchange)
    {
        await exchange.SendAsync("data: after\n\n", check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
    }
}
