using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.3 <c>proxy/headers</c>: a stream whose head names a coding that is none.</summary>
internal static class NoCodingChecks
{
    private const double LongestWait = 8;

    [Case("7.3.13", Seconds = 40)]
    public static async Task<Outcome> NoCodingAsync(CheckContext check)
    {
        string[] values = ["identity", "IDENTITY", "none", ""];
        var outcome = Outcome.Worst(await Task.WhenAll(values.Select(value => Part.RunAsync($"\"{value}\"", () => StreamAsync(check, value)))));
        return Beats(check) || !check.Profile.Has("inserts-comments")
            ? outcome
            : outcome with { Actual = $"{outcome.Actual} (heartbeats not waited for: set up and declare heartbeatSeconds of at most {LongestWait:0})" };
    }

    private static bool Beats(CheckContext check) => check.Profile.Has("inserts-comments") && check.Profile.HeartbeatSeconds <= LongestWait;

    private static async Task<Outcome> StreamAsync(CheckContext check, string value)
    {
        const string first = "data: 1\n\n", second = "data: 2\n\n";
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation, $"Content-Encoding: {value}");
        var response = await connection.ReadResponseOrWaitAsync(TimeSpan.FromSeconds(1));
        await exchange.SendAsync(first, check.Cancellation);
        await response.WaitForEventsAsync(1);
        if (Beats(check))
        {
            await response.ReadUntilAsync(
                () => response.Meaning.Comments > 0, "a heartbeat, as other streams have", TimeSpan.FromSeconds((2 * check.Profile.HeartbeatSeconds) + 2));
        }

        await exchange.SendAsync(second, check.Cancellation);
        await response.WaitForEventsAsync(2);
        return BodyJudge.Judge(Wire.Bytes.Utf8(first + second), response, check.Profile);
    }
}
