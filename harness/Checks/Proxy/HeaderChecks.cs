using System.Collections.Concurrent;
using System.IO.Compression;
using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.3 <c>proxy/headers</c>: the origin's answer on its way to the client. What connections need is in <see cref="ConnectionHeaderChecks"/>.</summary>
internal sealed class HeaderChecks
{
    private static readonly byte[] FirstEvent = Bytes.Utf8("data: a\n\n");

    [Case("7.3.1")]
    public static async Task<Outcome> ContentTypeExactAsync(CheckContext check)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var type in (string[])["text/event-stream;charset=UTF-8", "text/event-stream"])
        {
            var (_, response) = await OpenWithAsync(check, $"Content-Type: {type}");
            var got = response.Head.Values("Content-Type");
            parts.Add((type, got is [var one] && one == type ? Outcome.Ok(type) : Outcome.Failed($"Content-Type: {string.Join(" | ", got)}")));
        }

        return Outcome.Worst(parts);
    }

    [Case("7.3.2")]
    public static async Task<Outcome> CacheControlKeptAsync(CheckContext check)
    {
        var (_, response) = await OpenWithAsync(
            check, "Content-Type: text/event-stream", "Cache-Control: no-cache, no-transform", "Pragma: no-cache", "Expires: 0");
        var head = response.Head;
        var directives = head.Members("Cache-Control");
        if (((string[])["no-cache", "no-transform"]).Except(directives, StringComparer.OrdinalIgnoreCase).ToArray() is [_, ..] lost)
        {
            return Outcome.Failed($"Cache-Control lost {string.Join(", ", lost)}: {Shown(head, "Cache-Control")}");
        }

        if (directives.Intersect(["public", "immutable"]).Any())
        {
            return Outcome.Failed($"weakened: {Shown(head, "Cache-Control")}");
        }

        return head.Combined("Pragma") == "no-cache" && head.Combined("Expires") == "0"
            ? Outcome.Ok(Shown(head, "Cache-Control"))
            : Outcome.NonStrict($"Cache-Control kept, but {Shown(head, "Pragma")}, {Shown(head, "Expires")}");
    }

    [Case("7.3.3")]
    public static async Task<Outcome> AccelBufferingAsync(CheckContext check)
    {
        var (exchange, response) = await OpenWithAsync(check, "Content-Type: text/event-stream", "X-Accel-Buffering: no");
        var passed = response.Head.Has("X-Accel-Buffering") ? "passed on" : "removed";
        if (exchange.Finished.IsCompleted || !await response.HasEventsSoonAsync(1))
        {
            return Outcome.Informational($"{passed}; body buffered");
        }

        await Lockstep.EventsAsync(check, exchange, response, 3);
        return Outcome.Informational($"{passed}; body not buffered");
    }

    [Case("7.3.4")]
    public static async Task<Outcome> RepeatedFieldsAsync(CheckContext check)
    {
        string[] cookies = ["a=1; Path=/", "b=2; Expires=Wed, 09 Jun 2032 10:18:14 GMT", "c=3"];
        var (_, response) = await OpenWithAsync(
            check, ["Content-Type: text/event-stream", "X-A: 1", "X-A: 2", .. cookies.Select(cookie => $"Set-Cookie: {cookie}")]);
        var head = response.Head;
        // Of a stream that many read it must not be passed on (11.3.1); a target may as well not share what sets one.
        if (!head.Values("Set-Cookie").SequenceEqual(cookies) && !(check.Profile.Has("shares") && !head.Has("Set-Cookie")))
        {
            return Outcome.Failed($"Set-Cookie has {head.Values("Set-Cookie").Count} lines in place of 3: {Shown(head, "Set-Cookie")}");
        }

        if (!head.Members("X-A").SequenceEqual(["1", "2"]))
        {
            return Outcome.Failed(Shown(head, "X-A"));
        }

        return head.Values("X-A").Count == 2
            ? Outcome.Ok($"2 x X-A, {head.Values("Set-Cookie").Count} x Set-Cookie") : Outcome.NonStrict($"X-A joined into one line: {head.Combined("X-A")}");
    }

    [Case("7.3.7")]
    public static async Task<Outcome> LengthAsync(CheckContext check)
    {
        var body = ReferenceBody.R1;
        (string Name, string Field)[] framings = [("Content-Length", $"Content-Length: {body.Length}"), ("chunked", "Transfer-Encoding: chunked")];
        var parts = new List<(string, Outcome)>();
        foreach (var (name, field) in framings)
        {
            var (_, response) = await check.OpenAsync(
                check.Pairs[0],
                async exchange =>
                {
                    await exchange.SendHeadAsync(200, ["Content-Type: text/event-stream", field], check.Cancellation);
                    await exchange.SendAsync(body, check.Cancellation);
                    await exchange.EndAsync(check.Cancellation);
                });
            var outcome = await BodyJudge.JudgeToEndAsync(check, body, response);
            var told = response.Head.ContentLength;
            parts.Add((name, told is null || told == body.Length ? outcome : Outcome.Failed($"Content-Length {told} for a body of {body.Length} bytes")));
        }

        return Outcome.Worst(parts);
    }

    [Case("7.3.8")]
    public static async Task<Outcome> EncodingLeftAloneAsync(CheckContext check)
    {
        const string allow = "Accept-Encoding: gzip, br";
        var (exchange, plain) = await OpenWithAsync(check, [allow], FirstEvent, "Content-Type: text/event-stream", "Cache-Control: no-cache, no-transform");
        await EndAsync(check, exchange);
        var identity = plain.Head.Combined("Content-Encoding") is { } added
            ? Outcome.Failed($"Content-Encoding: {added} was added although no-transform forbids it")
            : await BodyJudge.JudgeToEndAsync(check, FirstEvent, plain);

        var zipped = Zip(FirstEvent);
        (exchange, var encoded) = await OpenWithAsync(
            check, [allow], zipped, "Content-Type: text/event-stream", "Cache-Control: no-transform", "Content-Encoding: gzip");
        await EndAsync(check, exchange);
        return Outcome.Worst([("identity with no-transform", identity), ("gzip from the origin", await ZippedAsync(check, encoded, zipped))]);
    }

    [Case("7.3.9")]
    public static async Task<Outcome> TrailersAsync(CheckContext check)
    {
        var (exchange, response) = await OpenWithAsync(check, "Content-Type: text/event-stream", "Trailer: x-sum");
        await EndAsync(check, exchange, "x-sum: 1");
        var body = await BodyJudge.JudgeToEndAsync(check, FirstEvent, response);
        if (body.Verdict == Verdict.Failed)
        {
            return body;
        }

        var passed = response.Connection.Reader.Trailers.Any(trailer => trailer.StartsWith("x-sum:", StringComparison.OrdinalIgnoreCase));
        return Outcome.Informational(passed ? "passed on after the body" : "dropped; not in the body");
    }

    [Case("7.3.10")]
    public static async Task<Outcome> NonAsciiValueAsync(CheckContext check)
    {
        const string value = "\u00C3\u00A9";
        var (_, response) = await OpenWithAsync(check, "Content-Type: text/event-stream", $"X-T: {value}");
        return (response.Status, response.Head.Combined("X-T")) switch
        {
            (200, value) => Outcome.Ok("passed on"),
            (200, null) => Outcome.NonStrict("the field was removed"),
            (200, { } other) => Outcome.Failed($"came as {Bytes.Escape(Bytes.Of(other))}"),
            var (status, _) => Outcome.Failed($"the whole answer became {status}"),
        };
    }

    [Case("7.3.12")]
    public static async Task<Outcome> ManyFieldsAsync(CheckContext check)
    {
        var fields = Enumerable.Range(1, 40).Select(number => $"X-Long-{number}: {new string('v', 400 - $"X-Long-{number}: ".Length)}").ToArray();
        var (_, response) = await OpenWithAsync(check, ["Content-Type: text/event-stream", .. fields]);
        if (response.Status == 502)
        {
            return Outcome.NonStrict("refused with 502");
        }

        var kept = fields.Count(field => response.Head.Fields.Any(got => $"{got.Key}: {got.Value}".Equals(field, StringComparison.OrdinalIgnoreCase)));
        return response.Status == 200 && kept == 40 ? Outcome.Ok("40 fields, 16 KB") : Outcome.Failed($"status {response.Status}, {kept} of 40 fields");
    }

    /// <summary>A stream whose head has exactly these fields, and chunked framing, with an event at once: a target may hold the head back until then.</summary>
    internal static Task<(OriginExchange Exchange, ClientResponse Response)> OpenWithAsync(CheckContext check, params string[] fields) =>
        OpenWithAsync(check, [], FirstEvent, fields);

    private static async Task<(OriginExchange Exchange, ClientResponse Response)> OpenWithAsync(
        CheckContext check, string[] request, byte[] body, params string[] fields)
    {
        string[] trailers = fields.Contains("Trailer: x-sum") ? ["x-sum: 1"] : [];
        var run = check.NewRun();
        var answered = new ConcurrentDictionary<OriginExchange, TaskCompletionSource>();
        TaskCompletionSource Answered(OriginExchange exchange) =>
            answered.GetOrAdd(exchange, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        run.Respond = async exchange =>
        {
            try
            {
                await exchange.SendHeadAsync(200, [.. fields, "Transfer-Encoding: chunked"], check.Cancellation);
                await exchange.SendAsync(body, check.Cancellation);
            }
            finally
            {
                // Also when the target wants no more of it, e.g. because its head is too large.
                Answered(exchange).SetResult();
            }
        };
        var connection = await check.RequestAsync("GET", run.Path, request);
        var response = await connection.ReadResponseOrWaitAsync(TargetAnswer.Soon);
        if (!response.HasHead && run.Exchanges.Count == 0)
        {
            await ReadHeadAsync(check, response);
        }

        // A target that shares streams may first have asked for itself: what is answered is the last request.
        var last = run.Exchanges is [.., var found]
            ? found : throw new NotSeenException($"the request was not sent to the origin but answered with {response.Status}");

        // The client may have the head before the origin has sent the event, and nothing may come in between.
        await Patience.ForAsync(token => Answered(last).Task.WaitAsync(token), "the target to read the first event from the origin", null, check.Cancellation);
        if (!response.HasHead)
        {
            // Held back, which 7.2.1 is about: it comes with the end.
            await EndAsync(check, last, trailers);
            await ReadHeadAsync(check, response);
        }

        return (last, response);
    }

    private static async Task ReadHeadAsync(CheckContext check, ClientResponse response)
    {
        if (!await Patience.ForAsync(response.ReadHeadAsync, "the head of the answer", null, check.Cancellation))
        {
            throw new NotSeenException("the target closed without an answer");
        }
    }

    private static Task EndAsync(CheckContext check, OriginExchange exchange, params string[] trailers) =>
        exchange.Finished.IsCompleted ? Task.CompletedTask : exchange.EndAsync(trailers, check.Cancellation);

    private static string Shown(MessageHead head, string name) => head.Has(name) ? $"{name}: {string.Join(" | ", head.Values(name))}" : $"no {name}";

    private static async Task<Outcome> ZippedAsync(CheckContext check, ClientResponse response, byte[] zipped)
    {
        await response.ReadToEndAsync(check.Profile.Has("shares") ? TimeSpan.FromSeconds(1) : null);
        return response.Head.Combined("Content-Encoding") switch
        {
            _ when response.Status != 200 => Outcome.Failed($"the answer became {response.Status}"),
            "gzip" when response.Body.AsSpan().SequenceEqual(zipped) => Outcome.Ok("bytes unchanged"),
            null when response.Events is [{ Data: "a" }] => Outcome.NonStrict("decoded on the way"),
            var encoding => Outcome.Failed($"Content-Encoding: {encoding ?? "none"}, {response.BodyLength} bytes in place of {zipped.Length}"),
        };
    }

    private static byte[] Zip(byte[] plain)
    {
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return zipped.ToArray();
    }
}
