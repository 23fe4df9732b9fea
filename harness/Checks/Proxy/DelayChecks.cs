using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.2.9: how much later events arrive through the target than from the origin itself, both measured in the same ten seconds.</summary>
internal sealed class DelayChecks
{
    private const int Count = 1000;

    [Case("7.2.9", Serial = true, Seconds = 40)]
    public static async Task<Outcome> AddedDelayAsync(CheckContext check)
    {
        var (directExchange, directAnswer) = await check.OpenDirectAsync();
        var (exchange, answer) = await check.OpenAsync();
        var sent = new double[Count];
        var directly = ReadAsync(check, directAnswer);
        var through = ReadAsync(check, answer);
        using var every = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < Count; i++)
        {
            sent[i] = check.Tap.Ms;
            await Task.WhenAll(directExchange.SendAsync($"data: {i}\n\n", check.Cancellation), exchange.SendAsync($"data: {i}\n\n", check.Cancellation));
            await every.WaitForNextTickAsync(check.Cancellation);
        }

        var (direct, proxied) = (Lags(sent, await directly), Lags(sent, await through));
        var (p50, p99) = (proxied[Count / 2] - direct[Count / 2], proxied[Count * 99 / 100] - direct[Count * 99 / 100]);
        var told = $"added p50 {p50:0.00} ms, p99 {p99:0.00} ms; through {Show(proxied)}; direct {Show(direct)}";
        // The figures of the catalogue, section 0.10.
        var outcome = (p50, p99) switch
        {
            ( <= 10, <= 50) => Outcome.Ok(told),
            ( <= 100, <= 500) => Outcome.NonStrict(told),
            _ => Outcome.Failed(told),
        };
        return outcome with { Timing = new Timing { WorstLagMs = proxied[^1], DirectWorstLagMs = direct[^1] } };
    }

    private static async Task<double[]> ReadAsync(CheckContext check, TargetAnswer answer)
    {
        var seen = new double[Count];
        var counted = 0;
        await answer.ReadUntilAsync(
            () =>
            {
                while (counted < Math.Min(answer.Events.Count, Count))
                {
                    seen[counted++] = check.Tap.Ms;
                }

                return counted == Count;
            },
            $"all of {Count} events",
            TimeSpan.FromSeconds(30));
        return seen;
    }

    private static double[] Lags(double[] sent, double[] seen) => [.. seen.Zip(sent, (later, earlier) => later - earlier).Order()];

    private static string Show(double[] lags) =>
        $"p50 {lags[Count / 2]:0.00}, p90 {lags[Count * 9 / 10]:0.00}, p99 {lags[Count * 99 / 100]:0.00}, most {lags[^1]:0.0} ms";
}
