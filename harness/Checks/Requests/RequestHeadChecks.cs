using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>5.2 <c>request/proxy</c>: the client's request head on its way to the origin.</summary>
internal sealed class RequestHeadChecks
{
    [Case("5.2.1")]
    public static async Task<Outcome> TargetUnchangedAsync(CheckContext check)
    {
        string[] suffixes = ["/%2F%20a?x=a%20b+c&x=&y=%E2%82%AC", "//b", "/a/..%2fb", "/a;p=1/b", "/q?"];
        var parts = new List<(string, Outcome)>();
        foreach (var suffix in suffixes)
        {
            parts.Add((suffix, await TargetAsync(check, suffix)));
        }

        return Outcome.Worst(parts);
    }

    [Case("5.2.2")]
    public static async Task<Outcome> EndToEndFieldsAsync(CheckContext check)
    {
        if (check.Profile.Has("shares"))
        {
            return Outcome.Skipped("a stream that clients share has no client's request at the origin");
        }

        var authorized = check.Profile.Fields.Any(field => field.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase));
        string[] fields =
        [
            "Accept: text/event-stream", "Cache-Control: no-cache", "Last-Event-ID: 5", "Cookie: a=1; b=2", "X-Test: a, b", "X-Test: a, b",
            .. authorized ? [] : (string[])["Authorization: Bearer abc.def.ghi"],
        ];
        var got = (await AskAsync(check, fields)).Request;
        var told = new List<string>();
        var verdict = Verdict.Ok;
        foreach (var field in fields.GroupBy(field => field.Split(':')[0]))
        {
            var values = field.Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).ToArray();
            if (got.Values(field.Key).SequenceEqual(values))
            {
                continue;
            }

            var joined = got.Combined(field.Key) == string.Join(", ", values);
            verdict = joined && verdict != Verdict.Failed ? Verdict.NonStrict : Verdict.Failed;
            told.Add($"{field.Key}: {(got.Has(field.Key) ? string.Join(" | ", got.Values(field.Key)) : "missing")}");
        }

        return told.Count == 0 ? Outcome.Ok("all arrive, values and count as sent") : new Outcome(verdict, string.Join("; ", told));
    }

    [Case("5.2.3")]
    public static async Task<Outcome> NonAsciiValuesAsync(CheckContext check)
    {
        (string Name, string Value)[] values = [("UTF-8", "\u00E2\u0080\u00A6"), ("Latin-1", "\u00E9")];
        var parts = new List<(string, Outcome)>();
        foreach (var (name, value) in values)
        {
            parts.Add((name, await ValueAsync(check, value)));
        }

        return Outcome.Worst(parts);
    }

    [Case("5.2.4")]
    public static async Task<Outcome> HopByHopRemovedAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var got = (await AskAsync(
            check, ["Connection: keep-alive, x-hop", "X-Hop: 1", "Keep-Alive: timeout=5", "TE: trailers", "Proxy-Connection: keep-alive"])).Request;
        var passed = ((string[])["X-Hop", "Keep-Alive", "TE", "Proxy-Connection"]).Where(got.Has).ToList();
        if (got.Members("Connection").Contains("x-hop", StringComparer.OrdinalIgnoreCase))
        {
            passed.Add("Connection: x-hop");
        }

        return passed.Count == 0 ? Outcome.Ok("none passed on") : Outcome.Failed($"passed on: {string.Join(", ", passed)}");
    }

    [Case("5.2.5")]
    public static async Task<Outcome> ForwardingFieldsAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var got = (await AskAsync(check, ["X-Forwarded-For: 6.6.6.6"])).Request;
        var told = got.Fields
            .Where(field => field.Key.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
                || field.Key.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || field.Key.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase))
            .Select(field => $"{field.Key}: {field.Value}");
        var line = string.Join(", ", told);
        return got.Combined("X-Forwarded-For") == "6.6.6.6"
            ? Outcome.NonStrict($"what the client claims is passed on as it is: {line}")
            : Outcome.Ok(line.Length > 0 ? line : "removed");
    }

    /// <summary>A GET with these fields, answered with a short text; the request as the origin got it.</summary>
    private static async Task<OriginExchange> AskAsync(CheckContext check, string[] fields)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Utf8("ok"), check.Cancellation);
        var connection = await check.RequestAsync("GET", run.Path, fields);
        var response = await connection.ReadResponseAsync();
        // A target that shares streams may first have asked for itself: the client's own request is the last.
        return run.Exchanges is [.., var last]
            ? last : throw new NotSeenException($"the request was not sent to the origin but answered with {response.Status}");
    }

    private static async Task<Outcome> TargetAsync(CheckContext check, string suffix)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Utf8("ok"), check.Cancellation);
        var connection = await check.RequestAsync("GET", run.Path + suffix);
        var response = await connection.ReadResponseAsync();
        if (run.Exchanges is not [var exchange, ..])
        {
            return response.Status is >= 400 and < 500
                ? Outcome.NonStrict(
                $"refused with {response.Status}") : Outcome.Failed($"answered with {response.Status}, not sent to this path of the origin");
        }

        var (sent, got) = (run.Path + suffix, exchange.Request.Target);
        return got.EndsWith(sent, StringComparison.Ordinal) ? Outcome.Ok(got)
            : SentTarget.SameByNormalising(sent, got) ? Outcome.NonStrict($"normalised to {got}")
            : Outcome.Failed($"became {got}");
    }

    private static async Task<Outcome> ValueAsync(CheckContext check, string value)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Utf8("ok"), check.Cancellation);
        var connection = await check.RequestAsync("GET", run.Path, [$"X-T: {value}", "Accept: text/plain"]);
        var response = await connection.ReadResponseAsync();
        return run.Exchanges switch
        {
            [var exchange, ..] when exchange.Request.Combined("X-T") == value => Outcome.Ok("same bytes"),
            [var exchange, ..] => Outcome.Failed($"became {(exchange.Request.Combined("X-T") is { } other ? Bytes.Escape(Bytes.Of(other)) : "nothing")}"),
            _ => response.Status == 400 ? Outcome.Ok("refused with 400") : Outcome.Failed($"answered with {response.Status}"),
        };
    }
}
