using SseGateway.Harness.Client;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Transport;

/// <summary>12.1 <c>transport</c>: how many streams a page may have open, and whether it can still ask for anything else beside them.</summary>
internal static class StreamLimitChecks
{
    private const int Most = 200;

    // RFC 9113, 6.5.2: a limit under 100 makes less of a connection than it should be.
    private const int Least = 100;

    [Case("12.1.7", Seconds = 60, Serial = true, Direct = true,
        Expected = "at least 100 streams on one HTTP/2 connection and in all, and another request still passes; NS: fewer")]
    public static async Task<Outcome> StreamsAtATimeAsync(CheckContext check)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            if (exchange.Request.Method == "HEAD")
            {
                await exchange.AnswerAsync(200, "text/plain", default, check.Cancellation);
                return;
            }

            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync("data: a\n\n", check.Cancellation);
            await exchange.PeerClosed.WaitAsync(check.Cancellation);
            exchange.Finish();
        };
        var parts = new List<(string, Outcome)>();
        if (await check.ConnectFramesAsync() is { } connection)
        {
            parts.Add(await Part.RunAsync("on one HTTP/2 connection", () => OnOneConnectionAsync(check, run, connection)));
            connection.Drop();
        }

        parts.Add(await Part.RunAsync("in all", () => InAllAsync(check, run)));
        return Told(parts);
    }

    private static async Task<Outcome> OnOneConnectionAsync(CheckContext check, OriginRun run, FrameConnection connection)
    {
        // As browsers do, no more than the target allows; one place is for the other request.
        var allowed = await Patience.ForAsync(
            token => connection.MostStreams.WaitAsync(token), "the settings of the HTTP/2 connection", null, check.Cancellation);
        var asked = Math.Min(allowed ?? Most, Most) - 1;
        var heads = new List<Task<int?>>();
        for (var i = 0; i < asked; i++)
        {
            var stream = await connection.OpenAsync("GET", At(check, run, i), check.FrameFields);
            heads.Add(stream.ReadStatusAsync(TimeSpan.FromSeconds(50)));
        }

        var open = await CountAsync(check, Counter(check, run, heads), asked);
        var (method, path) = Other(check, run);
        var other = await connection.OpenAsync(method, path, check.FrameFields);
        try
        {
            var status = await other.ReadStatusAsync();
            var text = Text(open == asked ? asked + 1 : open, status is not null ? "passes beside them" : "is reset");
            return status is null ? Outcome.Failed(text) : open + 1 >= Least ? Outcome.Ok(text) : Outcome.NonStrict(text);
        }
        catch (NotSeenException)
        {
            return Outcome.Failed(Text(open, $"beside them waits, although {allowed?.ToString(provider: null) ?? "any number of"} streams are allowed"));
        }
    }

    private static async Task<Outcome> InAllAsync(CheckContext check, OriginRun run)
    {
        var heads = new List<Task<int?>>();
        var before = run.Exchanges.Count;
        for (var i = 0; i < Most; i++)
        {
            var connection = await check.RequestAsync("GET", At(check, run, i));
            heads.Add(StatusAsync(connection));
        }

        var counter = Counter(check, run, heads);
        var open = await CountAsync(check, () => counter() - (check.IsDirect ? 0 : before), Most);
        try
        {
            var (method, path) = Other(check, run);
            var other = await (await check.RequestAsync(method, path)).ReadResponseAsync(toHead: method == "HEAD", TimeSpan.FromSeconds(3));
            var text = Text(open, other.Status < 500 ? "passes beside them" : $"is answered {other.Status}");
            return open >= Least ? Outcome.Ok(text) : Outcome.NonStrict(text);
        }
        catch (NotSeenException)
        {
            return Outcome.NonStrict($"{open} of {Most} streams, and then no other request passes");
        }
    }

    private static async Task<int?> StatusAsync(ClientConnection connection) =>
        (await connection.TryReadResponseAsync(limit: TimeSpan.FromSeconds(50)))?.Status;

    // Of a server, something that is not there: there are some that answer no HEAD, which is what 5.2.9 is about.
    private static (string Method, string Path) Other(CheckContext check, OriginRun run) =>
        check.IsDirect ? ("GET", "/no-such-stream") : ("HEAD", At(check, run, Most));

    private static string At(CheckContext check, OriginRun run, int number) => check.IsDirect ? "" : $"{run.Path}/{number}";

    // What has come to the origin; of a server, what it has begun to answer.
    private static Func<int> Counter(CheckContext check, OriginRun run, List<Task<int?>> heads) =>
        check.IsDirect ? () => heads.Count(head => head is { IsCompletedSuccessfully: true, Result: 200 }) : () => run.Exchanges.Count;

    // Until no more come for a while; the first may take longer.
    private static async Task<int> CountAsync(CheckContext check, Func<int> counted, int most)
    {
        var (seen, since) = (counted(), check.Tap.Ms);
        while (seen < most && check.Tap.Ms - since < (seen == 0 ? 5000 : 1000) * Patience.Times)
        {
            await Task.Delay(10, check.Cancellation);
            if (counted() is var now && now > seen)
            {
                (seen, since) = (now, check.Tap.Ms);
            }
        }

        return seen;
    }

    private static string Text(int open, string other) =>
        $"{(open >= Most ? $"{Most} streams and more" : $"{open} streams at a time")}; another request {other}";

    private static Outcome Told(List<(string Name, Outcome Outcome)> parts) =>
        Outcome.Worst(parts) with { Actual = string.Join("; ", parts.Select(part => $"{part.Name}: {part.Outcome.Actual}")) };
}
