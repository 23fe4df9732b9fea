using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>How much later events arrive through the target than from the origin itself, both measured in the same seconds.</summary>
internal sealed class DelayChecks
{
    // The figures of the catalogue, section 0.10.
    [Case("7.2.9", Serial = true, Seconds = 40)]
    public static async Task<Outcome> AddedDelayAsync(CheckContext check) => await MeasureAsync(
        check, 1000, TimeSpan.FromMilliseconds(10), _ =>
            "", added => added is { P50: <= 10, P99: <= 50 } ? Verdict.Ok : added is { P50: <= 100, P99: <= 500 } ? Verdict.NonStrict : Verdict.Failed);

    // 20 bytes an event, as language models send them.
    [Case("2.4.6", Serial = true, Seconds = 60)]
    public static async Task<Outcome> TokenStreamAsync(CheckContext check) => await MeasureAsync(
        check, 6000, TimeSpan.FromMilliseconds(5), i =>
            new string('t', Math.Max(0, 11 - $"{i}".Length)), added => added.P99 <= 10 ? Verdict.Ok : Verdict.NonStrict);

    private static async Task<Outcome> MeasureAsync(
        CheckContext check, int count, TimeSpan interval, Func<int, string> padding, Func<(double P50, double P99), Verdict> judge)
    {
        var (directExchange, directAnswer) = await check.OpenDirectAsync();
        var (exchange, answer) = await check.OpenAsync();
        var sent = new double[count];
        var directly = ReadAsync(check, directAnswer, count);
        var through = ReadAsync(check, answer, count);
        using var every = new PeriodicTimer(interval);
        for (var i = 0; i < count; i++)
        {
            var text = $"data: {i} {padding(i)}\n\n";
            sent[i] = check.Tap.Ms;
            await Task.WhenAll(directExchange.SendAsync(text, check.Cancellation), exchange.SendAsync(text, check.Cancellation));
            await every.WaitForNextTickAsync(check.Cancellation);
        }

        var (direct, proxied) = (Lags(sent, await directly), Lags(sent, await through));
        if (answer.Events.Select((read, i) => read.Data.Split(' ')[0] == $"{i}").Any(inOrder => !inOrder))
        {
            return Outcome.Failed($"not each of {count} events once and in order");
        }

        var added = (P50: proxied[count / 2] - direct[count / 2], P99: proxied[count * 99 / 100] - direct[count * 99 / 100]);
        var told = $"added p50 {added.P50:0.00} ms, p99 {added.P99:0.00} ms; through {Show(proxied)}; direct {Show(direct)}";
        return new Outcome(judge(added), told) { Timing = new Timing { WorstLagMs = proxied[^1], DirectWorstLagMs = direct[^1] } };
    }

    private static async Task<double[]> ReadAsync(CheckContext check, TargetAnswer answer, int count)
    {
        var seen = new double[count];
        var counted = 0;
        await answer.ReadUntilAsync(
            () =>
            {
                while (counted < Math.Min(answer.Events.Count, count))
                {
                    seen[counted++] = check.Tap.Ms;
                }

                return counted == count;
            },
            $"all of {count} events",
            TimeSpan.FromSeconds(50));
        return seen;
    }

    private static double[] Lags(double[] sent, double[] seen) => [.. seen.Zip(sent, (later, earlier) => later - earlier).Order()];

    private static string Show(double[] lags) =>
        $"p50 {lags[lags.Length / 2]:0.00}, p90 {lags[lags.Length * 9 / 10]:0.00}, p99 {lags[lags.Length * 99 / 100]:0.00}, most {lags[^1]:0.0} ms";
}
