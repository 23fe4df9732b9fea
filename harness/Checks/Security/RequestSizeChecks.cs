using SseGateway.Harness.Checks.Edge;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: requests that are larger than any client's.</summary>
internal static class RequestSizeChecks
{
    [Case("11.2.8", Direct = true, Seconds = 20,
        Expected = "431, 414 or 400, and the next request works; NS: passed on whole, or closed without an answer")]
    public static async Task<Outcome> OversizedAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var large = new string('a', 64 * 1024);
        return Outcome.Worst(
        [
            await Part.RunAsync("field of 64 KiB", () => SendAsync(check, "", [$"X-Large: {large}"], head => head.Combined("X-Large") == large)),
            await Part.RunAsync("1 000 fields", () => SendAsync(check, "", [.. Enumerable.Range(1, 1000).Select(i => $"X-{i}: {i}")], head => head.Has("X-1")
                && head.Has("X-1000"))),
            await Part.RunAsync("URL of 64 KiB", () => SendAsync(check, $"?{large}", [], head => head.Target.EndsWith(large, StringComparison.Ordinal))),
        ]);
    }

    private static async Task<Outcome> SendAsync(CheckContext check, string query, string[] fields, Func<MessageHead, bool> isWhole)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Of("ok"), check.Cancellation);
        var connection = await check.RequestAsync("GET", run.Path + query, fields);
        var response = await connection.TryReadResponseAsync();
        if (check.IsDirect)
        {
            // What is taken may as well be a whole stream.
            var taken = response is { Status: >= 200 and < 400 };
            response?.Dispose();
            return await (await check.AskAsync(run.Path)).IsTheStreamAsync()
                ? taken ? Outcome.NonStrict("taken whole") : Judge(response, null)
                : Outcome.Failed("no stream for the next request");
        }

        var outcome = Judge(response, run.Exchanges is [var exchange, ..] ? isWhole(exchange.Request) : null);

        var (next, stream) = await check.OpenAsync();
        await next.SendAsync("data: a\n\n", check.Cancellation);
        await next.EndAsync(check.Cancellation);
        await stream.WaitForEventsAsync(1, "the event of the next request");
        return outcome;
    }

    private static Outcome Judge(ClientResponse? response, bool? arrivedWhole) => (response?.Status, arrivedWhole) switch
    {
        (null, _) => Outcome.NonStrict("closed without an answer"),
        (400 or 414 or 431, null) => Outcome.Ok($"{response!.Status}"),
        ( >= 400 and < 500, null) => Outcome.NonStrict($"{response!.Status}"),
        (200, true) => Outcome.NonStrict("passed on whole"),
        (_, false) => Outcome.Failed($"passed on with a part of it missing, answered {response!.Status}"),
        _ => Outcome.Failed($"answered {response!.Status}"),
    };
}
