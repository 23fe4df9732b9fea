using System.Globalization;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: requests whose end two readers see in two places (request smuggling).</summary>
internal static class RequestFramingChecks
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Case("11.2.2", Direct = true, Seconds = 20,
        Expected = "400 (or 501) and close, or the one safe reading and close; nothing after it is read as a request")]
    public static async Task<Outcome> TwoLengthsAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var smuggled = check.NewRun();
        smuggled.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Of("smuggled"), check.Cancellation);
        var inner = $"GET {check.Target.RequestTarget(check.IsDirect ? "" : $"{smuggled.Path}/#")} HTTP/1.1\r\nHost: {check.Target.Authority}\r\n\r\n";
        var hidden = "0\r\n\r\n" + inner;
        var all = hidden.Length.ToString(CultureInfo.InvariantCulture);
        RequestTrick[] tricks =
        [
            new("length and chunked", [$"Content-Length: {all}", "Transfer-Encoding: chunked"], hidden, [""]),
            new("two lengths", ["Content-Length: 0", $"Content-Length: {inner.Length}"], inner, []),
            new("length +5", ["Content-Length: +5"], "hello", ["hello"], Tolerated: true),
            new("length 5, 5", ["Content-Length: 5, 5"], "hello", ["hello"]),
            new("length 0x5", ["Content-Length: 0x5"], "hello", ["hello"], Tolerated: true),
            new("xchunked", [$"Content-Length: {all}", "Transfer-Encoding: xchunked"], hidden, [hidden], Tolerated: true),
            new("two spaces before chunked", [$"Content-Length: {all}", "Transfer-Encoding:  chunked"], hidden, [""]),
            new("chunked, identity", [$"Content-Length: {all}", "Transfer-Encoding: chunked, identity"], hidden, ["", hidden], Tolerated: true),
            new("tab before chunked", [$"Content-Length: {all}", "Transfer-Encoding:\tchunked"], hidden, [""]),
        ];
        var outcomes = await Task.WhenAll(tricks.Select((trick, i) => PlayAsync(check, Numbered(trick, (char)('1' + i)), smuggled, $"/{i + 1}")));
        return Outcome.Worst([.. tricks.Zip(outcomes, (trick, outcome) => (trick.Name, outcome))]);
    }

    [Case("11.2.3", Direct = true, Seconds = 20,
        Expected = "400, and no complete body at the origin; NS: a bare LF taken for a line's end and not passed on")]
    public static async Task<Outcome> ChunkTricksAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        string[] chunked = ["Transfer-Encoding: chunked"];
        RequestTrick[] tricks =
        [
            new("size of 17 digits", chunked, "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", []),
            new("bare LF after the size", chunked, "5\nhello\r\n0\r\n\r\n", ["hello"], Tolerated: true),
            new("LF inside an extension", chunked, "5;a=\nb\r\nhello\r\n0\r\n\r\n", ["hello"], Tolerated: true),
            new("no line end after the data", chunked, "5\r\nhello0\r\n\r\n", []),
        ];
        var nobody = check.NewRun();
        var outcomes = await Task.WhenAll(tricks.Select(trick => PlayAsync(check, trick, nobody, "/")));
        return Outcome.Worst([.. tricks.Zip(outcomes, (trick, outcome) => (trick.Name, outcome))]);
    }

    private static async Task<Outcome> PlayAsync(CheckContext check, RequestTrick trick, OriginRun smuggled, string ownPath)
    {
        var run = check.NewRun();
        (byte[] Body, Ending Ending)? read = null;
        run.Respond = async exchange =>
        {
            read = await Patience.ForAsync(exchange.ReadBodyToEndAsync, "the body", TimeSpan.FromSeconds(1), check.Cancellation);
            if (read.Value.Ending != Ending.Clean)
            {
                exchange.Cut();
                return;
            }

            await exchange.AnswerAsync(200, "text/plain", Bytes.Of("ok"), check.Cancellation);
        };
        var connection = await check.ConnectAsync();
        string[] fields = [$"Host: {check.Target.Authority}", .. check.Profile.Fields, .. trick.Fields];
        await connection.SendAsync(
            $"POST {check.Target.RequestTarget(run.Path)} HTTP/1.1\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n{trick.Body}");

        ClientResponse? response;
        try
        {
            response = await connection.TryReadResponseAsync(limit: Soon + TimeSpan.FromSeconds(1));
        }
        catch (NotSeenException)
        {
            return run.Exchanges.Count > 0 && read is not { Ending: Ending.Clean }
                ? Outcome.NonStrict("neither refused nor closed; the origin waits for the rest of the body")
                : Outcome.Failed("neither answered nor closed");
        }

        if (response is not null)
        {
            await response.ReadToEndAsync(Soon);
        }

        // What an origin would have seen, a server shows by a second answer.
        if (check.IsDirect && response is { Ending: Ending.Clean } && await IsAnsweredAgainAsync(connection))
        {
            return Outcome.Failed($"its body was read as another request, after {response.Status}");
        }

        var closed = response is null || await IsClosedAsync(check, connection);
        return smuggled.Exchanges.Any(exchange => exchange.Request.Target.EndsWith(ownPath, StringComparison.Ordinal))
            ? Outcome.Failed($"the request inside its body was served, after {response?.Status.ToString(CultureInfo.InvariantCulture) ?? "a close"}")
            : Judge(trick, run, read, response?.Status, closed);
    }

    private static Outcome Judge(RequestTrick trick, OriginRun run, (byte[] Body, Ending Ending)? read, int? status, bool closed)
    {
        var text = status is { } number ? $"{number}{(closed ? " and close" : ", left open")}" : "closed without an answer";
        if (status is null or (>= 400 and < 500) or 501)
        {
            return read is { Ending: Ending.Clean }
                ? Outcome.Failed($"{text}, but the origin got a complete body")
                : closed
                ? Outcome.Ok(text)
                : Outcome.NonStrict(text);
        }

        if (run.Exchanges is not [var exchange])
        {
            return run.Exchanges.Count == 0
                ? Outcome.NonStrict($"{text}, by the target itself")
                : Outcome.Failed($"{text}, {run.Exchanges.Count} requests at the origin");
        }

        if (read is not { Ending: Ending.Clean } complete)
        {
            return status >= 500
                ? Outcome.NonStrict($"{text} rather than 400; no complete body at the origin")
                : Outcome.Failed($"{text} without a complete body at the origin");
        }

        var body = Bytes.Text(complete.Body);
        var framing = string.Join(" and ", exchange.Request.Fields.Where(IsFraming).Select(field => $"{field.Key}: {field.Value}"));
        text = $"{text}; passed on with {(framing.Length == 0 ? "no length" : framing)} and the body \"{Bytes.Escape(complete.Body, 60)}\"";
        if (!IsPlain(exchange.Request))
        {
            return Outcome.Failed($"{text}: still two readings");
        }

        var lingers = !closed && trick.Safe.All(safe => safe != trick.Body) && trick.Fields.Length > 1;
        return !trick.Safe.Contains(body)
            ? Outcome.Failed($"{text}: not to be read so")
            : trick.Tolerated || lingers ? Outcome.NonStrict(text) : Outcome.Ok(text);
    }

    // So that it is known whose request inside a body was served.
    private static RequestTrick Numbered(RequestTrick trick, char number) =>
        trick with { Body = trick.Body.Replace('#', number), Safe = [.. trick.Safe.Select(safe => safe.Replace('#', number))] };

    private static bool IsFraming(KeyValuePair<string, string> field) =>
        field.Key.Trim().Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || field.Key.Trim()
            .Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    // One length in digits, or chunked, or neither: what every reader reads alike.
    private static bool IsPlain(MessageHead head) => head.Fields.Where(IsFraming).ToArray() switch
    {
        [] => true,
        [var only] => only.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            ? only.Value.Length > 0 && only.Value.All(char.IsAsciiDigit)
            : only.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static async Task<bool> IsAnsweredAgainAsync(ClientConnection connection)
    {
        try
        {
            return await connection.TryReadResponseAsync(limit: Soon) is not null;
        }
        catch (NotSeenException)
        {
            return false;
        }
    }

    private static async Task<bool> IsClosedAsync(CheckContext check, ClientConnection connection)
    {
        try
        {
            await Patience.ForAsync(connection.Reader.ReadUntilClosedAsync, "the close", Soon, check.Cancellation);
            return true;
        }
        catch (NotSeenException)
        {
            return false;
        }
    }
}
