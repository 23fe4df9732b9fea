using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>5.2 <c>request/proxy</c>: a stream is its client's own, whatever the origin says or does not say of caches.</summary>
internal static class SharedAnswerChecks
{
    // Only the last of these lets a cache keep a stream that has ended, for a while (RFC 9111, section 4.2). None lets two share an open one.
    private const string MaxAge = "Cache-Control: max-age=60";

    [Case("5.2.8", Seconds = 60,
        Expected = "three requests at the origin, three bodies: without Cache-Control, with no-transform, no-store and max-age. NS: "
            + "a stream that may be kept for 60 s is")]
    public static async Task<Outcome> NoSharedAnswerAsync(CheckContext check)
    {
        if (check.Profile.Has("shares"))
        {
            return Outcome.Skipped("the target declares that clients of one URL share a stream");
        }

        string[] fields = ["", "Cache-Control: no-transform", "Cache-Control: no-store", MaxAge];
        return Outcome.Worst(await Task.WhenAll(fields.Select(
            field => Part.RunAsync(field.Length == 0 ? "no Cache-Control" : field, () => AskThriceAsync(check, field)))));
    }

    private static async Task<Outcome> AskThriceAsync(CheckContext check, string field)
    {
        var run = check.NewRun();
        var first = await OpenAsync(check, run, "first", field);
        if (first.Exchange is null)
        {
            return Outcome.Failed("the first request did not come to the origin");
        }

        var second = await OpenAsync(check, run, "second", field);
        await EndAsync(check, first.Exchange);
        await EndAsync(check, second.Exchange);
        string[] together = [await ReadAsync(first.Connection), await ReadAsync(second.Connection)];
        var third = await OpenAsync(check, run, "third", field);
        await EndAsync(check, third.Exchange);
        var later = await ReadAsync(third.Connection);
        var text = $"{run.Exchanges.Count} requests at the origin; the clients got {string.Join(" | ", [.. together, later])}";
        return together is ["first", "second"] && later == "third" && run.Exchanges.Count == 3
            ? Outcome.Ok("three requests, three bodies")
            : together is ["first", "second"] && field == MaxAge && later is "first" or "second"
            ? Outcome.NonStrict($"kept, as max-age allows: {text}")
            : Outcome.Failed(text);
    }

    // The request at the origin; none when the target answers by itself. The body is ended only when both are there.
    private static async Task<(ClientConnection Connection, OriginExchange? Exchange)> OpenAsync(
        CheckContext check, OriginRun run, string name, string field)
    {
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await AskedAsync(run);
        if (exchange is not null)
        {
            await exchange.SendHeadAsync(
                200, ["Content-Type: text/event-stream", "Transfer-Encoding: chunked", .. field.Length == 0 ? [] : new[] { field }], check.Cancellation);
            await exchange.SendAsync($"data: {name}\n\n", check.Cancellation);
        }

        return (connection, exchange);
    }

    private static async Task<OriginExchange?> AskedAsync(OriginRun run)
    {
        try
        {
            return await run.NextAsync(limit: TimeSpan.FromSeconds(2));
        }
        catch (NotSeenException)
        {
            return null;
        }
    }

    private static Task EndAsync(CheckContext check, OriginExchange? exchange) => exchange?.EndAsync(check.Cancellation) ?? Task.CompletedTask;

    private static async Task<string> ReadAsync(ClientConnection connection)
    {
        var response = await connection.ReadResponseAsync();
        await response.ReadToEndAsync();
        return string.Join(",", response.Events.Select(read => read.Data));
    }
}
