using SseGateway.Harness.Checks.Proxy;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>5.2 <c>request/proxy</c>: a HEAD whose answer the service never ends, as Express does with a stream's handler.</summary>
internal static class HeadChecks
{
    private const int Gets = 4;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    // Alone: until the end of the case whoever asks may be given that connection.
    [Case("5.2.11", Seconds = 40, Serial = true, Expected = "head only; then the first event of each GET at once")]
    public static async Task<Outcome> HeadThenGetAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var isPrompt = await Lockstep.IsPossibleAsync(check);
        return Outcome.Worst(
        [
            await Part.RunAsync("a chunked head", () => AskAsync(check, isPrompt, "Transfer-Encoding: chunked")),
            await Part.RunAsync("a head without a length", () => AskAsync(check, isPrompt)),
        ]);
    }

    private static async Task<Outcome> AskAsync(CheckContext check, bool isPrompt, params string[] framing)
    {
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            if (exchange.Request.Method == "HEAD")
            {
                await exchange.SendHeadAsync(200, ["Content-Type: text/event-stream", .. framing], check.Cancellation);
                return;
            }

            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync("data: a\n\n", check.Cancellation);
            await (isPrompt ? Task.CompletedTask : exchange.EndAsync(check.Cancellation));
        };
        var head = await check.RequestAsync("HEAD", run.Path);
        var answer = await head.ReadResponseAsync(toHead: true);
        if (answer.Status != 200 || (await answer.ReadToEndAsync(Soon) is var ending && ending == Ending.Timeout))
        {
            return Outcome.Failed($"HEAD was answered {answer.Status}, {answer.Ending?.ToString() ?? "and not ended"}");
        }

        // The first as the same client goes on, if it may; the others as other clients.
        for (var i = 1; i <= Gets; i++)
        {
            var connection = i == 1 && head.Reader.Closed is null && !answer.Head.Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase)
                ? head : await check.ConnectAsync();

            // Where clients share a stream, who comes later has no part in its first event; the connection to the origin is the same for all URLs.
            var path = check.Profile.Has("shares") ? $"{run.Path}?{i}" : run.Path;
            await connection.SendRequestAsync("GET", path, ["Accept: text/event-stream", .. check.Profile.Fields]);
            using var response = await ReadAsync(connection, i);
            await response.WaitForEventsAsync(1, $"the first event of GET {i} after the HEAD", Soon);
        }

        return Outcome.Ok($"{Gets} GETs after it, each with its first event");
    }

    private static async Task<ClientResponse> ReadAsync(ClientConnection connection, int number)
    {
        var response = await connection.TryReadResponseAsync(limit: Soon) ?? throw new NotSeenException($"the target closed instead of answering GET {number}");
        return response.IsEventStream ? response : throw new NotSeenException($"GET {number} after the HEAD was answered {response.Status}");
    }
}
