using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Llm;

/// <summary>6.1 <c>llm</c>: answers that are no stream, and requests that must not be sent twice.</summary>
internal sealed class LlmAnswerChecks
{
    private static readonly byte[] Question = Bytes.Utf8("""{"q":"?"}""");

    [Case("6.1.5")]
    public static Task<Outcome> JsonOnTheSameRouteAsync(CheckContext check) =>
        AskAsync(check, "POST", 200, $$"""{"text":"{{new string('j', 1024 - 11)}}"}""", "X-Request-Id: r1");

    [Case("6.1.6")]
    public static async Task<Outcome> JsonErrorsAsync(CheckContext check)
    {
        const string body = """{"type":"error","error":{"type":"overloaded_error","message":"try later"}}""";
        var parts = new List<(string, Outcome)>();
        foreach (var status in (int[])[400, 401, 429, 500, 529])
        {
            parts.Add(($"{status}", await AskAsync(check, "POST", status, body, status == 429 ? ["Retry-After: 7"] : [])));
        }

        return Outcome.Worst(parts);
    }

    [Case("6.1.9")]
    public static async Task<Outcome> NoHiddenRetryAsync(CheckContext check) => Outcome.Worst(
    [
        ("cut before the head", await CutAsync(check, _ => Task.CompletedTask)),
        ("cut after the head", await CutAsync(check, exchange => exchange.StartStreamAsync(check.Cancellation))),
        ("cut after an event", await CutAsync(
            check,
            async exchange =>
            {
                await exchange.StartStreamAsync(check.Cancellation);
                await exchange.SendAsync("data: a\n\n", check.Cancellation);
            })),
    ]);

    [Case("6.1.11")]
    public static async Task<Outcome> McpStatusCodesAsync(CheckContext check) => Outcome.Worst(
    [
        ("POST 202", await AskAsync(check, "POST", 202, "", "Mcp-Session-Id: s-1")),
        ("GET 405", await AskAsync(check, "GET", 405, "", "Allow: POST, DELETE", "Mcp-Session-Id: s-1")),
        ("DELETE 200", await AskAsync(check, "DELETE", 200, "", "Mcp-Session-Id: s-1")),
    ]);

    private static async Task<Outcome> AskAsync(CheckContext check, string method, int status, string body, params string[] fields)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(status, body.Length > 0 ? "application/json" : null, Bytes.Utf8(body), check.Cancellation, fields);
        string[] asked = ["Accept: application/json, text/event-stream", "Mcp-Session-Id: s-1",
            .. method == "POST" ? (string[])["Content-Type: application/json"] : []];
        var connection = await check.RequestAsync(method, run.Path, asked, method == "POST" ? Question : null);
        var response = await connection.ReadResponseAsync();
        var ending = await response.ReadToEndAsync();
        // A target that shares streams may first have asked for itself.
        if (run.Exchanges is not [.., var exchange])
        {
            return Outcome.Failed($"not sent to the origin, answered with {response.Status}");
        }

        // A GET for a stream that clients share is the target's own request.
        var shared = method == "GET" && check.Profile.Has("shares");
        if (!shared && exchange.Request.Combined("Mcp-Session-Id") != "s-1")
        {
            return Outcome.Failed("Mcp-Session-Id did not reach the origin");
        }

        string[] expected = body.Length > 0 ? [.. fields, "Content-Type: application/json"] : fields;
        var lost = expected.Where(
            field => !response.Head.Fields.Any(got => $"{got.Key}: {got.Value}".Equals(field, StringComparison.OrdinalIgnoreCase))).ToArray();
        return response.Status != status ? Outcome.Failed($"{status} came as {response.Status}")
            : lost.Length > 0 ? Outcome.Failed($"{status} without {string.Join(", ", lost)}")
            : Bytes.Text(response.Body) != body || ending != Ending.Clean
                ? Outcome.Failed($"{status} with {response.BodyLength} bytes in place of {body.Length}, ending {ending}")
            : Outcome.Ok($"{status} unchanged");
    }

    private static async Task<Outcome> CutAsync(CheckContext check, Func<OriginExchange, Task> begin)
    {
        // A connection to the origin that has been used is where clients of HTTP send again by themselves.
        var before = check.NewRun();
        before.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Utf8("ok"), check.Cancellation);
        var connection = await check.RequestAsync("GET", before.Path, ["Accept: text/plain"]);
        await (await connection.ReadResponseAsync()).ReadToEndAsync();

        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.ReadBodyToEndAsync(check.Cancellation);
            await begin(exchange);
            exchange.Cut();
        };
        var posting = await check.RequestAsync("POST", run.Path, ["Content-Type: application/json"], Question);
        if (await posting.TryReadResponseAsync() is { } response)
        {
            await response.ReadToEndAsync();
        }

        return run.Exchanges.Count == 1 ? Outcome.Ok("1 request") : Outcome.Failed($"{run.Exchanges.Count} requests at the origin");
    }
}
