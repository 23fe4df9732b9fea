using SseGateway.Harness.Checks.Pages;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>Requests that a target sends once more by itself: a stream that nobody reads at the origin, or an answer that is paid for twice.</summary>
internal static class RepeatChecks
{
    private const int Connections = 4;

    private static readonly byte[] Question = Bytes.Utf8("""{"q":"?"}""");

    // RFC 9110, section 9.2.2: a GET may be sent again, and what was sent again may not.
    [Case("5.2.13", Expected = "one request at the origin; NS: two")]
    public static async Task<Outcome> LostHeadAsync(CheckContext check)
    {
        await UseConnectionsAsync(check);
        var run = check.NewRun();
        run.Respond = exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        };
        var connection = await check.RequestAsync("GET", run.Path);
        var answer = await connection.TryReadResponseAsync(limit: TimeSpan.FromSeconds(8));
        var text = $"{run.Exchanges.Count} request(s) at the origin, answered {answer?.Status.ToString(provider: null) ?? "by a close"}";
        return run.Exchanges.Count switch
        {
            0 => Outcome.Failed(text),
            1 => Outcome.Ok(text),
            2 => Outcome.NonStrict(text),
            _ => Outcome.Failed(text),
        };
    }

    [Case("5.2.14", Seconds = 70, Expected = "one request at the origin")]
    public static async Task<Outcome> LateHeadAsync(CheckContext check)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        var answering = connection.TryReadResponseAsync(limit: TimeSpan.FromSeconds(50));
        await Task.WhenAny(answering, Task.Delay(TimeSpan.FromSeconds(35), check.Cancellation));
        if (!answering.IsCompleted && !exchange.PeerClosed.IsCompleted)
        {
            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync("data: a\n\n", check.Cancellation);
            await exchange.EndAsync(check.Cancellation);
            await answering;
        }

        var text = $"{run.Exchanges.Count} request(s) at the origin for one whose head came after 35 s";
        return run.Exchanges.Count == 1 ? Outcome.Ok(text) : Outcome.Failed(text);
    }

    // RFC 9111, section 5.2.1.4, and what every EventSource sends.
    [Case("5.2.15", Seconds = 20, Expected = "the origin is asked again, with the last id, and the page has its answer")]
    public static async Task<Outcome> PageComesBackAsync(CheckContext check)
    {
        if (check.Profile.Has("shares"))
        {
            return Outcome.Skipped("the target declares that clients of one URL share a stream");
        }

        string[] fields = ["", "Cache-Control: max-age=60"];
        return Outcome.Worst(await Task.WhenAll(fields.Select(
            field => Part.RunAsync(field.Length == 0 ? "no Cache-Control" : field, () => ComeBackAsync(check, field)))));
    }

    [Case("6.1.13", Seconds = 20, Expected = "one request at the origin for each")]
    public static async Task<Outcome> PostOverHttp2Async(CheckContext check)
    {
        if (await check.ConnectFramesAsync() is not { } connection)
        {
            return Outcome.Skipped("not declared in the profile: http2");
        }

        await UseConnectionsAsync(check);
        return Outcome.Worst(
        [
            await Part.RunAsync("cut before the head", () => PostAsync(check, connection, exchange =>
            {
                exchange.Cut();
                return Task.CompletedTask;
            })),
            await Part.RunAsync("reset before the head", () => PostAsync(check, connection, exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            })),
            await Part.RunAsync("cut after the head", () => PostAsync(check, connection, async exchange =>
            {
                await exchange.StartStreamAsync(check.Cancellation);
                exchange.Cut();
            })),
        ]);
    }

    private static async Task<Outcome> PostAsync(CheckContext check, FrameConnection connection, Func<OriginExchange, Task> breakOff)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.ReadBodyToEndAsync(check.Cancellation);
            await breakOff(exchange);
        };
        var stream = await connection.OpenAsync(
            "POST", run.Path, [.. check.FrameFields, ("content-type", "application/json"), ("content-length", $"{Question.Length}")], endStream: false);
        await connection.SendAsync(new Http2Frame(Http2FrameType.Data, stream.Id, Question, Http2Frame.EndStream));
        await Patience.ForAsync(
            async token =>
            {
                while (await stream.ReadAsync(token) is not null)
                {
                    // To its end, however that is.
                }
            },
            "an end of the answer to a POST whose origin is gone",
            null,
            check.Cancellation);
        return run.Exchanges.Count == 1 ? Outcome.Ok("1 request") : Outcome.Failed($"{run.Exchanges.Count} requests at the origin");
    }

    private static async Task<Outcome> ComeBackAsync(CheckContext check, string field)
    {
        var run = check.NewRun();
        string[] more = field.Length == 0 ? [] : [field];
        run.Respond = async exchange =>
        {
            var id = exchange.Request.Combined("Last-Event-ID") is "1" ? 2 : 1;
            await exchange.SendHeadAsync(200, ["Content-Type: text/event-stream", "Transfer-Encoding: chunked", .. more], check.Cancellation);
            await exchange.SendAsync($"id: {id}\ndata: {id}\n\n", check.Cancellation);
            await exchange.EndAsync(check.Cancellation);
        };
        foreach (var (asked, due) in ((string[], string)[])[([], "1"), (["Last-Event-ID: 1"], "2")])
        {
            var connection = await check.RequestAsync("GET", run.Path, [.. Page.Fields, .. asked]);
            var response = await connection.ReadResponseAsync();
            await response.ReadToEndAsync();
            var data = string.Join(",", response.Events.Select(read => read.Data));
            if (data != due)
            {
                return Outcome.Failed($"the page got [{data}], not [{due}], from {run.Exchanges.Count} request(s) at the origin");
            }
        }

        return Outcome.Ok("2 requests, each with its answer");
    }

    // Connections to the origin that have been used are where clients of HTTP send again by themselves, once on each.
    private static async Task UseConnectionsAsync(CheckContext check)
    {
        var before = check.NewRun();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.Respond = async exchange =>
        {
            if (before.Exchanges.Count >= Connections)
            {
                all.TrySetResult();
            }

            // All at once, so that each has one of its own.
            await Task.WhenAny(all.Task, Task.Delay(TimeSpan.FromSeconds(1), check.Cancellation));
            await exchange.AnswerAsync(200, "text/plain", Bytes.Utf8("ok"), check.Cancellation);
        };
        await Task.WhenAll(Enumerable.Range(1, Connections).Select(async i =>
        {
            var connection = await check.RequestAsync("GET", $"{before.Path}/{i}", ["Accept: text/plain"]);
            await (await connection.ReadResponseAsync()).ReadToEndAsync();
        }));
    }
}
