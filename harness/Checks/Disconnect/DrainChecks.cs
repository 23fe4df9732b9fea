using SseGateway.Harness.Checks.Pages;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>7.4 <c>proxy/disconnect</c>: a target that is reloaded, and one that is stopped.</summary>
internal static class DrainChecks
{
    private const int Streams = 10;

    [Case("7.4.13", Seconds = 90, Serial = true,
        Expected = "reload: the streams live on. Stop: new requests get 503 (or no connection), the streams end CLEAN in the declared time")]
    public static Task<Outcome> ReloadAndStopAsync(CheckContext check) =>
        DrainedInstance.RunAsync(check, needsStop: false, instance => JudgeAsync(check, instance));

    private static async Task<Outcome> JudgeAsync(CheckContext check, DrainedInstance instance)
    {
        // Pages' streams: those of programs must not end as if they were whole (7.4.16).
        var (part, seconds) = (instance.Part, instance.Seconds);
        var streams = new List<(OriginExchange Exchange, ClientResponse Response)>();
        for (var i = 0; i < Streams; i++)
        {
            streams.Add(await part.OpenAsync(fields: Page.Fields));
        }

        var parts = new List<(string, Outcome)>();
        if (instance.Reload is { } reload)
        {
            parts.Add(await Part.RunAsync("reload", () => ReloadAsync(check, part, reload, streams, TimeSpan.FromSeconds(seconds + 1))));
        }

        if (instance.CanStop)
        {
            parts.Add(await Part.RunAsync("stop", () => StopAsync(check, instance, streams, TimeSpan.FromSeconds(seconds))));
        }

        return parts.Count == 0 ? Outcome.Skipped("neither reload nor stop is declared in the profile's drain") : Outcome.Worst(parts);
    }

    private static async Task<Outcome> ReloadAsync(
        CheckContext check, CheckContext part, string command, List<(OriginExchange Exchange, ClientResponse Response)> streams, TimeSpan settle)
    {
        await ShellCommand.ExecuteAsync(command, check.Cancellation);

        // Whoever ends its old streams does it by the time it gives them.
        await Task.Delay(settle, check.Cancellation);
        foreach (var (exchange, response) in streams)
        {
            await exchange.SendAsync("data: reloaded\n\n", check.Cancellation);
            await response.WaitForEventsAsync(1, "the event on a stream that was open before the reload");
        }

        var (next, opened) = await part.OpenAsync();
        await next.SendAsync("data: a\n\n", check.Cancellation);
        await opened.WaitForEventsAsync(1, "the event of a client after the reload");
        opened.Connection.Leave();
        return Outcome.Ok($"{streams.Count} streams live on");
    }

    private static async Task<Outcome> StopAsync(
        CheckContext check, DrainedInstance instance, List<(OriginExchange Exchange, ClientResponse Response)> streams, TimeSpan limit)
    {
        var begun = check.Tap.Ms;
        var stopping = instance.StopAsync();
        await Task.Delay(500, check.Cancellation);
        var refused = await RefusalAsync(check, instance.Part);
        var endings = await Task.WhenAll(streams.Select(stream => stream.Response.ReadToEndAsync(limit + TimeSpan.FromSeconds(2))));
        await stopping;
        var seconds = streams.Max(stream => stream.Response.LastMs - begun) / 1000;
        var told = string.Join(", ", endings.GroupBy(ending => ending).Select(group => $"{group.Count()} {group.Key}"));
        var text = $"streams ended {told}, the last after {seconds:0.0} s; a new request: {refused}";
        var worst = endings.Max();
        var outcome = endings.Contains(Ending.Timeout)
            ? Outcome.Failed(text)
            : endings.All(ending => ending == Ending.Clean) && refused is "503" or "no connection"
            ? Outcome.Ok(text)
            : Outcome.NonStrict(text);
        return outcome with { Ending = worst, EndingRight = endings.All(ending => ending == Ending.Clean) };
    }

    private static async Task<string> RefusalAsync(CheckContext check, CheckContext part)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", "served"u8.ToArray(), check.Cancellation);
        try
        {
            var connection = await part.RequestAsync("GET", run.Path);
            var response = await connection.TryReadResponseAsync(limit: TimeSpan.FromSeconds(2));
            return response is null ? "no connection" : $"{response.Status}";
        }
        catch (NotSeenException)
        {
            return "no connection";
        }
    }
}
