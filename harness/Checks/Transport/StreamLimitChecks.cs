using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Transport;

/// <summary>12.1 <c>transport</c>: how many streams a page may have open, and whether it can still ask for anything else beside them.</summary>
internal static class StreamLimitChecks
{
    private const int Most = 200;

    // RFC 9113, 6.5.2: a limit under 100 makes less of a connection than it should be.
    private const int Least = 100;

    [Case("12.1.7", Seconds = 60, Serial = true,
        Expected = "at least 100 streams on one HTTP/2 connection and in all, and another request still passes; NS: fewer")]
    public static async Task<Outcome> StreamsAtATimeAsync(CheckContext check)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            if (exchange.Request.Target.EndsWith("/other", StringComparison.Ordinal))
            {
                await exchange.AnswerAsync(200, "text/plain", Bytes.Utf8("other"), check.Cancellation);
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
            parts.Add(await Part.RunAsync("on one HTTP/2 connection", () => OnOneConnectionAsync(check, run.Path, connection, () => run.Exchanges.Count)));
            connection.Drop();
        }

        var before = run.Exchanges.Count;
        parts.Add(await Part.RunAsync("in all", () => InAllAsync(check, run.Path, () => run.Exchanges.Count - before)));
        return Told(parts);
    }

    private static async Task<Outcome> OnOneConnectionAsync(CheckContext check, string path, FrameConnection connection, Func<int> atOrigin)
    {
        for (var i = 0; i < Most && !connection.Closed.IsCompleted; i++)
        {
            await connection.OpenAsync("GET", $"{path}/{i}", check.FrameFields);
        }

        var open = await CountAsync(check, atOrigin);
        if (open == Most)
        {
            return Judge(open, "passes");
        }

        // Beside as many as there may be: what comes after those is not asked for by a page.
        connection.Drop();
        if (await check.ConnectFramesAsync() is not { } again)
        {
            return Judge(open, "is not asked");
        }

        var before = atOrigin();
        for (var i = 0; i < open - 1; i++)
        {
            await again.OpenAsync("GET", $"{path}/again/{i}", check.FrameFields);
        }

        await CountAsync(check, () => atOrigin() - before, open - 1);
        var other = await again.OpenAsync("GET", $"{path}/other", [("accept", "text/plain"), .. check.FrameFields.Where(field => field.Name != "accept")]);
        var status = await other.ReadStatusAsync();
        again.Drop();
        return status == 200 ? Judge(open, $"passes beside {open - 1}") : Outcome.Failed($"{open} streams; another request beside {open - 1} of them is answered {status}");
    }

    private static async Task<Outcome> InAllAsync(CheckContext check, string path, Func<int> atOrigin)
    {
        for (var i = 0; i < Most; i++)
        {
            await check.RequestAsync("GET", $"{path}/all/{i}");
        }

        var open = await CountAsync(check, atOrigin);
        try
        {
            var other = await (await check.RequestAsync("GET", $"{path}/other", ["Accept: text/plain"])).ReadResponseAsync(limit: TimeSpan.FromSeconds(3));
            return Judge(open, other.Status == 200 ? "passes" : $"is answered {other.Status}");
        }
        catch (NotSeenException)
        {
            return Outcome.NonStrict($"{open} of {Most} streams, and then no other request passes");
        }
    }

    // Until no more come for a while; the first may take longer.
    private static async Task<int> CountAsync(CheckContext check, Func<int> atOrigin, int most = Most)
    {
        var (seen, since) = (atOrigin(), check.Tap.Ms);
        while (seen < most && check.Tap.Ms - since < (seen == 0 ? 5000 : 1000) * Patience.Times)
        {
            await Task.Delay(10, check.Cancellation);
            if (atOrigin() is var now && now > seen)
            {
                (seen, since) = (now, check.Tap.Ms);
            }
        }

        return seen;
    }

    private static Outcome Judge(int open, string other) =>
        open >= Least ? Outcome.Ok(Text(open, other)) : Outcome.NonStrict(Text(open, other));

    private static string Text(int open, string other) =>
        $"{(open >= Most ? $"{Most} streams and more" : $"{open} streams at a time")}; another request {other}";

    private static Outcome Told(List<(string Name, Outcome Outcome)> parts) =>
        Outcome.Worst(parts) with { Actual = string.Join("; ", parts.Select(part => $"{part.Name}: {part.Outcome.Actual}")) };
}
