using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Status;

/// <summary>7.5 <c>proxy/status</c>: what the upstream answers is what the client has to get, or it does not stop, wait or go where it should.</summary>
internal static class StatusChecks
{
    [Case("7.5.1")]
    public static async Task<Outcome> StatusesPassAsync(CheckContext check) =>
        Outcome.Worst(
        [
            await Part.RunAsync("204", () => PassAsync(check, 204, "")),
            await Part.RunAsync("401", () => PassAsync(check, 401, "{\"error\":\"who?\"}", "WWW-Authenticate: Bearer realm=\"events\"")),
            await Part.RunAsync("404", () => PassAsync(check, 404, "{\"error\":\"where?\"}")),
            await Part.RunAsync("410", () => PassAsync(check, 410, "{\"error\":\"when?\"}")),
            await Part.RunAsync("503", () => PassAsync(check, 503, "{\"error\":\"not now\"}", "Retry-After: 7")),
        ]);

    [Case("7.5.2", Expected = "the status with its Location; not followed")]
    public static async Task<Outcome> RedirectsPassAsync(CheckContext check)
    {
        var next = check.NewRun();
        next.Respond = exchange => exchange.AnswerAsync(200, "text/plain", Bytes.Of("followed"), check.Cancellation);
        return Outcome.Worst(
        [
            await Part.RunAsync("301", () => PassAsync(check, 301, "", $"Location: {next.Path}/next?a=b")),
            await Part.RunAsync("307", () => PassAsync(check, 307, "", $"Location: {next.Path}/next")),
            await Part.RunAsync("307 to another host", () => PassAsync(check, 307, "", "Location: https://events.example/next")),
            ("at the origin", next.Exchanges.Count == 0 ? Outcome.Ok() : Outcome.Failed("the proxy followed it")),
        ]);
    }

    [Case("7.5.3", Expected = "reported; the final answer is intact")]
    public static async Task<Outcome> InterimAsync(CheckContext check)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        await exchange.SendHeadAsync(103, ["Link: </style.css>; rel=preload"], check.Cancellation);
        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        var response = await connection.ReadResponseAsync();
        await response.WaitForEventsAsync(1);
        return response.IsEventStream
            ? Outcome.Informational(response.Interim.Count > 0 ? "103 is passed on" : "103 is not passed on; the answer is intact")
            : Outcome.Failed($"the answer after a 103 is {response.Head.StartLine}");
    }

    private static async Task<Outcome> PassAsync(CheckContext check, int status, string body, params string[] fields)
    {
        var run = check.NewRun();
        run.Respond = exchange => exchange.AnswerAsync(status, body.Length == 0 ? null : "application/json", Bytes.Of(body), check.Cancellation, fields);
        var connection = await check.RequestAsync("GET", run.Path);
        var response = await connection.ReadResponseAsync();
        if (response.Status != status)
        {
            return Outcome.Failed($"came as {response.Status}");
        }

        foreach (var field in fields)
        {
            var (name, value) = (field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            var got = response.Head.Combined(name);
            if (got != value && !(name == "Location" && IsRewritten(value, got)))
            {
                return Outcome.Failed($"{name} came as {got ?? "nothing"}, not {value}");
            }
        }

        var ending = await response.ReadToEndAsync();
        if (ending != Ending.Clean || Bytes.Text(response.Body) != body)
        {
            return Outcome.Failed(
                $"the body came as \"{Bytes.Escape(response.Body)}\", {ending}") with
            { Ending = ending, EndingRight = ending == Ending.Clean };
        }

        return run.Exchanges.Count == 1 ? Outcome.Ok() : Outcome.NonStrict($"the origin was asked {run.Exchanges.Count} times");
    }

    // Another scheme and host before the same path and query: a proxy's rule.
    private static bool IsRewritten(string sent, string? got) =>
        sent.StartsWith('/') && Uri.TryCreate(got, UriKind.Absolute, out var url) && url.PathAndQuery == sent;
}
