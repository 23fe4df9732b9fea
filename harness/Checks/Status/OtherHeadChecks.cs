using SseGateway.Harness.Checks.Proxy;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Status;

/// <summary>Heads that are not the usual 200 alone, and a stream after them all the same.</summary>
internal static class OtherHeadChecks
{
    private const int Events = 5;

    // Both in one read of the target's.
    [Case("7.5.4", Expected = "the answer with its events, each before the next")]
    public static async Task<Outcome> InterimInThePacketOfTheHeadAsync(CheckContext check)
    {
        var isPrompt = await Lockstep.IsPossibleAsync(check);
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        await exchange.SendRawAsync(
            Bytes.Of("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 0\n\n\r\n"),
            check.Cancellation);
        for (var i = 1; i <= Events && !isPrompt; i++)
        {
            await exchange.SendRawAsync(Bytes.Of($"9\r\ndata: {i}\n\n\r\n{(i == Events ? "0\r\n\r\n" : "")}"), check.Cancellation);
        }

        var response = await connection.ReadResponseAsync();
        if (!response.IsEventStream)
        {
            return Outcome.Failed($"the answer after a 103 is {response.Head.StartLine}");
        }

        await response.WaitForEventsAsync(1, "the event that came in one packet with 103 and head");
        for (var i = 1; i <= Events && isPrompt; i++)
        {
            await exchange.SendRawAsync(Bytes.Of($"9\r\ndata: {i}\n\n\r\n"), check.Cancellation);
            await response.WaitForEventsAsync(i + 1, $"event {i} after them, while the origin was silent");
        }

        await response.WaitForEventsAsync(Events + 1, $"all of {Events + 1} events");
        return Outcome.Ok($"{Events + 1} events; 103 {(response.Interim.Count > 0 ? "is" : "is not")} passed on");
    }

    [Case("6.1.14", Seconds = 30, Expected = "201, each event before the next")]
    public static async Task<Outcome> StreamWith201Async(CheckContext check)
    {
        var isPrompt = await Lockstep.IsPossibleAsync(check);
        var run = check.NewRun();
        var connection = await check.RequestAsync("POST", run.Path, ["Content-Type: application/json"], Bytes.Utf8("{}"));
        var exchange = await run.NextAsync();
        await exchange.ReadBodyToEndAsync(check.Cancellation);
        await exchange.SendHeadAsync(
            201, ["Content-Type: text/event-stream", "Location: /answers/1", "Cache-Control: no-store", "Transfer-Encoding: chunked"], check.Cancellation);
        var response = await connection.ReadResponseOrWaitAsync(Client.TargetAnswer.Soon);
        if (isPrompt)
        {
            await Lockstep.EventsAsync(check, exchange, response, Events);
        }
        else
        {
            await exchange.SendAsync("data: 1\n\n", check.Cancellation);
            await exchange.EndAsync(check.Cancellation);
            await response.WaitForEventsAsync(1);
        }

        return response.Status == 201 && response.Head.Combined("Location")?.EndsWith("/answers/1", StringComparison.Ordinal) == true
            ? Outcome.Ok($"201, {response.Events.Count} events{(isPrompt ? ", each before the next" : "")}")
            : Outcome.Failed($"came as {response.Head.StartLine}, Location {response.Head.Combined("Location") ?? "none"}");
    }
}
