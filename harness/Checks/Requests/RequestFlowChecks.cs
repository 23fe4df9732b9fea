using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>5.2 <c>request/proxy</c>: how requests, their bodies and their answers belong together.</summary>
internal sealed class RequestFlowChecks
{
    private const int Parts = 10;

    [Case("5.2.6")]
    public static async Task<Outcome> StreamedRequestBodyAsync(CheckContext check)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("POST", run.Path, ["Content-Type: application/octet-stream", "Transfer-Encoding: chunked"]);
        OriginExchange? exchange = null;
        var received = new MemoryStream();
        for (var i = 0; i < Parts; i++)
        {
            await connection.SendAsync($"6\r\npart {i}\r\n");
            try
            {
                exchange ??= await run.NextAsync("the request while its body was being sent", TimeSpan.FromSeconds(1));
                await ReadPartsAsync(check, exchange, received, (i + 1) * 6, TimeSpan.FromSeconds(1));
            }
            catch (NotSeenException)
            {
                await connection.SendAsync(string.Concat(Enumerable.Range(i + 1, Parts - i - 1).Select(number => $"6\r\npart {number}\r\n")) + "0\r\n\r\n");
                exchange ??= await run.NextAsync("the request after its whole body");
                await ReadPartsAsync(check, exchange, received, Parts * 6, null);
                return Outcome.NonStrict($"part {i + 1} came only after more of the body");
            }
        }

        await connection.SendAsync("0\r\n\r\n");
        return Outcome.Ok("10 parts, each at the origin before the next was sent");
    }

    [Case("5.2.7")]
    public static async Task<Outcome> ExpectContinueAsync(CheckContext check)
    {
        var accepted = await ExpectAsync(check, 100, 200);
        var refused = await ExpectAsync(check, null, 417);
        var unauthorized = await ExpectAsync(check, null, 401);
        return Outcome.Worst([("100, then 200", accepted), ("417 at once", refused), ("401 at once", unauthorized)]);
    }

    [Case("5.2.9", Direct = true)]
    public static async Task<Outcome> HeadAsync(CheckContext check)
    {
        if (check.IsDirect)
        {
            return await HeadOfServerAsync(check);
        }

        var run = check.NewRun();
        var connection = await check.RequestAsync("HEAD", run.Path);
        var exchange = await run.NextAsync();
        if (exchange.Request.Method != "HEAD")
        {
            return Outcome.Failed($"HEAD became {exchange.Request.Method}");
        }

        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        var response = await connection.ReadResponseAsync(toHead: true, TimeSpan.FromSeconds(1));

        // Whether the answer is over is seen in the next one.
        var after = check.NewRun();
        after.Respond = next => next.AnswerAsync(200, "text/plain", Bytes.Utf8("after"), check.Cancellation);
        await connection.SendRequestAsync("GET", after.Path, ["Accept: text/plain", .. check.Profile.Fields]);
        if (await connection.TryReadResponseAsync() is not { } second)
        {
            return response.Status == 200 ? Outcome.Ok("head only, then the connection was closed") : Outcome.Failed($"status {response.Status}");
        }

        await second.ReadToEndAsync();
        return response.Status == 200 && second.Status == 200 && Bytes.Text(second.Body) == "after"
            ? Outcome.Ok("head only; the connection goes on")
            : Outcome.Failed($"status {response.Status}; the next answer on the connection was {second.Status} {Bytes.Escape(second.Body, 60)}");
    }

    // A server may as well not have the method; what it answers is a head, after which the connection is fit for the next request.
    private static async Task<Outcome> HeadOfServerAsync(CheckContext check)
    {
        var path = check.NewRun().Path;
        var connection = await check.RequestAsync("HEAD", path);
        var response = await connection.ReadResponseAsync(toHead: true);
        await connection.SendRequestAsync("GET", path, ["Accept: text/event-stream", .. check.Profile.Fields]);
        var second = await connection.TryReadResponseAsync();
        return response.Status is not (200 or 204 or 405 or 501)
            ? Outcome.Failed($"status {response.Status}")
            : second is null
            ? Outcome.Ok($"{response.Status}, head only, then the connection was closed")
            : second.IsEventStream
            ? Outcome.Ok($"{response.Status}, head only; the connection goes on")
            : Outcome.Failed($"{response.Status}; the next answer on the connection was {second.Status}");
    }

    // What is asked for only; whoever takes Range or If-None-Match off gets the whole answer.
    [Case("5.2.10", Expected = "passed on, or answered by the target; NS: the condition is taken off, and the whole comes with 200")]
    public static async Task<Outcome> OtherMethodsAndConditionsAsync(CheckContext check) => Outcome.Worst(
    [
        ("OPTIONS", await AskAsync(check, "OPTIONS", "", 204, ["Allow: GET, HEAD, OPTIONS"], "")),
        ("Range", await AskAsync(check, "GET", "Range: bytes=0-3", 206, ["Content-Range: bytes 0-3/9"], "data")),
        ("If-None-Match", await AskAsync(check, "GET", "If-None-Match: \"v1\"", 304, ["ETag: \"v1\""], "")),
    ]);

    private static async Task ReadPartsAsync(CheckContext check, OriginExchange exchange, MemoryStream received, int count, TimeSpan? limit)
    {
        var buffer = new byte[4096];
        await Patience.ForAsync(
            async token =>
            {
                while (received.Length < count)
                {
                    var (read, ending) = await exchange.ReadBodyAsync(buffer, token);
                    if (ending is not null)
                    {
                        throw new NotSeenException($"the request's body ended ({ending}) after {received.Length} bytes");
                    }

                    received.Write(buffer, 0, read);
                }
            },
            $"byte {count} of the request's body",
            limit,
            check.Cancellation);
    }

    private static async Task<Outcome> ExpectAsync(CheckContext check, int? interim, int final)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            if (interim is { } first && exchange.Request.Has("Expect"))
            {
                await exchange.SendHeadAsync(first, [], check.Cancellation);
            }

            if (final == 200)
            {
                await exchange.ReadBodyToEndAsync(check.Cancellation);
            }

            await exchange.AnswerAsync(final, "text/plain", Bytes.Utf8("done"), check.Cancellation, "Connection: close");
            exchange.Cut();
        };
        var connection = await check.RequestAsync("POST", run.Path, ["Expect: 100-continue", "Content-Length: 5", "Accept: text/plain"]);
        MessageHead? head;
        var told = "";
        try
        {
            head = await Patience.ForAsync(connection.Reader.ReadHeadAsync, "100 or a final answer", TimeSpan.FromSeconds(2), check.Cancellation);
        }
        catch (NotSeenException)
        {
            told = "neither 100 nor an answer within 2 s, so the body was sent";
            head = null;
        }

        if (head is null || head.Status == 100)
        {
            told = head is not null && final != 200 ? "the target said 100 by itself, then" : told;
            await connection.SendAsync("hello");
            head = (await connection.ReadResponseAsync()).Head;
        }

        return head.Status != final ? Outcome.Failed($"status {head.Status}")
            : told.Length > 0 ? Outcome.NonStrict($"{told} {final}")
            : Outcome.Ok($"{final}");
    }

    private static async Task<Outcome> AskAsync(CheckContext check, string method, string condition, int status, string[] answer, string body)
    {
        const string whole = "data: a\n\n";
        var run = check.NewRun();
        bool IsAsked(OriginExchange exchange) => condition.Length == 0 || exchange.Request.Has(condition.Split(':')[0]);
        run.Respond = exchange => IsAsked(exchange)
            ? exchange.AnswerAsync(status, body.Length > 0 ? "text/plain" : null, Bytes.Utf8(body), check.Cancellation, answer)
            : exchange.AnswerAsync(200, "text/plain", Bytes.Utf8(whole), check.Cancellation, "ETag: \"v1\"");
        var connection = await check.RequestAsync(method, run.Path, condition.Length > 0 ? [condition, "Accept: text/plain"] : []);
        var response = await connection.ReadResponseAsync();
        if (await response.ReadToEndAsync() != Ending.Clean)
        {
            return Outcome.Failed($"the answer ({response.Status}) did not end");
        }

        var got = Bytes.Text(response.Body);
        if (run.Exchanges.Count == 0)
        {
            return condition.Length == 0
                ? Outcome.Ok($"answered by the target with {response.Status}")
                : Outcome.Failed($"not sent to the origin: {response.Status}");
        }

        if (response.Status == 200 && got == whole && !run.Exchanges.Any(IsAsked))
        {
            return Outcome.NonStrict("the condition did not reach the origin: 200, whole");
        }

        var kept = answer.All(field => response.Head.Fields.Any(one => $"{one.Key}: {one.Value}".Equals(field, StringComparison.OrdinalIgnoreCase)));
        return response.Status == status && kept && got == body
            ? Outcome.Ok(run.Exchanges.Any(IsAsked) ? $"{status} unchanged" : $"{status}, made by the target of the whole")
            : Outcome.Failed($"{status} came as {response.Status}{(kept ? "" : $" without {answer[0]}")}");
    }
}
