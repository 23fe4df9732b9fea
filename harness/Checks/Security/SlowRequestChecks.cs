using System.Globalization;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: requests that never come to their end.</summary>
internal static class SlowRequestChecks
{
    private const int Latest = 40;

    [Case("11.2.9", Direct = true, Seconds = 60, Expected = "408, another refusal or a close within 40 s")]
    public static async Task<Outcome> SlowRequestAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var outcomes = await Task.WhenAll(
            Part.RunAsync("a byte of the head a second", () => DripAsync(check, body: false)),
            Part.RunAsync("a byte of the body a second", () => DripAsync(check, body: true)));
        return Outcome.Worst(outcomes);
    }

    [Case("11.2.10", Seconds = 60, Serial = true, Expected = "the normal stream stays in lockstep for 20 s beside 200 such requests")]
    public static async Task<Outcome> TwoHundredSlowRequestsAsync(CheckContext check)
    {
        var slow = new List<ClientConnection>();
        for (var i = 0; i < 200; i++)
        {
            var connection = await check.ConnectAsync();
            await connection.SendAsync("GET /slow");
            slow.Add(connection);
        }

        var (exchange, response) = await check.OpenAsync();
        var worst = 0.0;
        for (var i = 1; i <= 20; i++)
        {
            foreach (var connection in slow)
            {
                await connection.SendAsync("w");
            }

            var sent = check.Tap.Ms;
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
            await response.WaitForEventsAsync(i, $"event {i} beside 200 slow requests");
            worst = Math.Max(worst, check.Tap.Ms - sent);
            await Task.Delay(1000, check.Cancellation);
        }

        return Outcome.Ok($"20 events beside 200 slow requests, the worst after {worst:0} ms");
    }

    private static async Task<Outcome> DripAsync(CheckContext check, bool body)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.ReadBodyToEndAsync(check.Cancellation);
            await exchange.AnswerAsync(200, "text/plain", "ok"u8.ToArray(), check.Cancellation);
        };
        var connection = await check.ConnectAsync();
        var head = $"{(body ? "POST" : "GET")} {check.Target.RequestTarget(run.Path)} HTTP/1.1\r\nHost: {check.Target.Authority}\r\n"
            + $"{string.Concat(check.Profile.Fields.Select(field => field + "\r\n"))}";
        await connection.SendAsync(body ? $"{head}Content-Length: 1000\r\n\r\n" : $"{head}X-Slow: ");
        var begun = check.Tap.Ms;
        var arrived = connection.Reader.LookAheadAsync(check.Cancellation);
        while (!arrived.IsCompleted && check.Tap.Ms - begun < Latest * 1000)
        {
            await connection.SendAsync("a");
            await Task.WhenAny(arrived, Task.Delay(1000, check.Cancellation));
        }

        var seconds = (check.Tap.Ms - begun) / 1000;
        if (!arrived.IsCompleted)
        {
            return Outcome.Failed(string.Create(CultureInfo.InvariantCulture, $"still read after {seconds:0} s"));
        }

        var response = await connection.TryReadResponseAsync();
        var text = string.Create(CultureInfo.InvariantCulture, $"{response?.Status.ToString(CultureInfo.InvariantCulture) ?? "closed"} after {seconds:0.0} s");
        return response?.Status is null or (>= 400 and < 500) ? Outcome.Ok(text) : Outcome.NonStrict(text);
    }
}
