using System.Text;
using SseGateway.Harness.Checks.Programs;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Life;

/// <summary>4.1 <c>life/idle</c>: the bytes of a heartbeat, for readers that are no browser.</summary>
internal static class HeartbeatChecks
{
    private const double LongestWait = 8;

    [Case("4.1.11", Seconds = 60)]
    public static async Task<Outcome> FormAsync(CheckContext check) =>
        TooSlow(check) ?? Outcome.Worst(await Task.WhenAll(
            Part.RunAsync("Accept: text/event-stream", () => FormAsync(check, "Accept: text/event-stream", HeartbeatForm.JudgeForParser)),
            Part.RunAsync("Accept: */*", () => FormAsync(check, "Accept: */*", HeartbeatForm.JudgeForSplitter))));

    [Case("4.1.12", Seconds = 60)]
    public static async Task<Outcome> SignalRAsync(CheckContext check)
    {
        if (TooSlow(check) is { } skipped)
        {
            return skipped;
        }

        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path + "?id=mQ9tVd3vLr",
            ["Accept: text/event-stream", "User-Agent: Microsoft SignalR/8.0 (8.0.11; Linux; .NET; .NET 8.0.11)", "X-Requested-With: XMLHttpRequest"]);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation);
        var response = await connection.ReadResponseOrWaitAsync(TimeSpan.FromSeconds(1));
        string[] messages = ["{}\u001e", "{\"type\":6}\u001e", "{\"type\":1}\u001e"];
        for (var i = 0; i < messages.Length; i++)
        {
            await WaitForHeartbeatAsync(check, response);
            await exchange.SendAsync($"data: {messages[i]}\r\n\r\n", check.Cancellation);
            await response.WaitForEventsAsync(i + 1, $"message {i + 1}");
        }

        var (read, fault) = SignalRReader.Read(response.Body);
        return fault is not null
            ? Outcome.Failed($"{fault}; after {read.Count} messages of {messages.Length}: {Bytes.Escape(response.Body)}")
            : read.SequenceEqual(messages)
                ? Outcome.Ok(
                $"{messages.Length} messages, {response.Meaning.Comments} heartbeats") : Outcome.Failed($"read [{string.Join("], [", read)}]");
    }

    [Case("4.1.13", Seconds = 60)]
    public static async Task<Outcome> LineEndsAsync(CheckContext check) =>
        TooSlow(check) ?? Outcome.Worst(await Task.WhenAll(
            Part.RunAsync("CRLF", () => LineEndsAsync(check, "\r\n")),
            Part.RunAsync("CR", () => LineEndsAsync(check, "\r"))));

    [Case("4.1.14", Seconds = 60)]
    public static async Task<Outcome> NoBlankLineYetAsync(CheckContext check) =>
        TooSlow(check) ?? Outcome.Worst(await Task.WhenAll(
            Part.RunAsync("after a field", () => NoBlankLineYetAsync(check, "retry: 500\n")),
            Part.RunAsync("after a comment", () => NoBlankLineYetAsync(check, ": ping\n"))));

    // Three silences of a case each.
    private static Outcome? TooSlow(CheckContext check) =>
        check.Profile.HeartbeatSeconds <= LongestWait
            ? null
            : Outcome.Skipped(
                $"a heartbeat each {check.Profile.HeartbeatSeconds:0.#} s is too long to wait for: "
                    + $"set up one of at most {LongestWait:0} s and declare it (heartbeatSeconds)");

    private static async Task<Outcome> FormAsync(CheckContext check, string accept, Func<byte[], Outcome> judge)
    {
        var (exchange, response) = await check.OpenAsync(fields: [accept]);
        string[] events = ["data: 1\n\n", "id: 2\ndata: 2\n\n", "data: 3\n\n"];
        for (var i = 0; i < events.Length; i++)
        {
            await exchange.SendAsync(events[i], check.Cancellation);
            await response.WaitForEventsAsync(i + 1);
            if (i < events.Length - 1)
            {
                await WaitForHeartbeatAsync(check, response);
            }
        }

        return judge(response.Body);
    }

    private static async Task<Outcome> LineEndsAsync(CheckContext check, string end)
    {
        var (exchange, response) = await check.OpenAsync(fields: ["Accept: text/event-stream"]);
        var first = $"data: 1{end}{end}";
        await exchange.SendAsync(first, check.Cancellation);
        await exchange.SendAsync($"data: 2{end}", check.Cancellation);
        await response.WaitForEventsAsync(1);
        await WaitForHeartbeatAsync(check, response);
        await exchange.SendAsync($"{end}data: 3{end}{end}", check.Cancellation);
        await response.WaitForEventsAsync(2);
        var body = Encoding.Latin1.GetString(response.Body);
        var rest = body[(body.IndexOf(first, StringComparison.Ordinal) + first.Length)..];
        return rest.Replace(end, "", StringComparison.Ordinal).AsSpan().IndexOfAny('\r', '\n') < 0
            ? Outcome.Ok($"{response.Meaning.Comments} heartbeats in the stream's line ends")
            : Outcome.Failed($"other line ends than the stream's: {Bytes.Escape(response.Body)}");
    }

    private static async Task<Outcome> NoBlankLineYetAsync(CheckContext check, string beginning)
    {
        var (exchange, response) = await check.OpenAsync(fields: ["Accept: text/event-stream"]);
        await exchange.SendAsync(beginning, check.Cancellation);

        // One of them may be the origin's own.
        await WaitForHeartbeatAsync(check, response);
        await WaitForHeartbeatAsync(check, response);
        await exchange.SendAsync("data: 1\n\n", check.Cancellation);
        await response.WaitForEventsAsync(1);
        return response.Meaning.Events is [{ Data: "1" }]
            ? Outcome.Ok($"{response.Meaning.Comments} comments, then the event")
            : Outcome.Failed($"not [\"1\"]: {Bytes.Escape(response.Body)}");
    }

    private static Task WaitForHeartbeatAsync(CheckContext check, Client.ClientResponse response)
    {
        var seen = response.Meaning.Comments;
        return response.ReadUntilAsync(
            () => response.Meaning.Comments > seen, "a heartbeat", TimeSpan.FromSeconds((2 * check.Profile.HeartbeatSeconds) + 2));
    }
}
