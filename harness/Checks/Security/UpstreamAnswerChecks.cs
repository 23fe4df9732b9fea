using System.Net.Sockets;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: an upstream that answers more than it was asked.</summary>
internal static class UpstreamAnswerChecks
{
    private const string Poison = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\npoison";
    private const int MostHeadBytes = 16 << 20;

    [Case("11.2.6", Seconds = 20, Serial = true, Expected = "the extra bytes answer nobody; the upstream's connection is dropped")]
    public static async Task<Outcome> SecondAnswerAsync(CheckContext check) =>
        check.WithoutProxy
            ? Outcome.Skipped("the target is the origin itself")
            : Outcome.Worst(
            [
                await Part.RunAsync("in the same write", () => PoisonAsync(check, atOnce: true)),
                await Part.RunAsync("when the answer was taken", () => PoisonAsync(check, atOnce: false)),
            ]);

    [Case("11.2.7", Seconds = 30, Serial = true,
        Expected = "502 (NS: another 5xx, a close, or all of the 10 000 lines passed on); a head without an end is not read for ever")]
    public static async Task<Outcome> EndlessHeadAsync(CheckContext check)
    {
        if (check.WithoutProxy)
        {
            return Outcome.Skipped("the target is the origin itself");
        }

        var lines = string.Concat(Enumerable.Range(1, 10_000).Select(i => $"X-Filler-{i}: aaaaaaaa\r\n"));
        var endless = Bytes.Of(new string('a', 64 * 1024));
        return Outcome.Worst(
        [
            await Part.RunAsync("10 000 lines", () => HeadAsync(check, async exchange =>
            {
                await exchange.SendRawAsync(Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n{lines}\r\nok"), check.Cancellation);
                return false;
            })),
            await Part.RunAsync("a line without end", () => HeadAsync(check, async exchange =>
            {
                await exchange.SendRawAsync(Bytes.Of("HTTP/1.1 200 OK\r\nX-Filler: "), check.Cancellation);
                for (var sent = 0; sent < MostHeadBytes; sent += endless.Length)
                {
                    await exchange.SendRawAsync(endless, check.Cancellation);
                }

                return true;
            })),
        ]);
    }

    private static async Task<Outcome> PoisonAsync(CheckContext check, bool atOnce)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path, ["Accept: */*"]);
        var exchange = await run.NextAsync();
        const string answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";
        await exchange.SendRawAsync(Bytes.Of(atOnce ? answer + Poison : answer), check.Cancellation);
        var response = await connection.ReadResponseAsync();
        await response.ReadToEndAsync();
        if (Bytes.Text(response.Body) is var body && body != "ok")
        {
            return Outcome.Failed($"the answer came as \"{Bytes.Escape(response.Body)}\"");
        }

        if (!atOnce)
        {
            try
            {
                await exchange.SendRawAsync(Bytes.Of(Poison), check.Cancellation);
            }
            catch (IOException)
            {
                // A target that keeps no connection has closed it.
            }

            // Bytes that come only when the next request has been sent are its answer to every reader: they have to be there before (0.1).
            await Task.Delay(100, check.Cancellation);
        }

        // The first on the connection of the one who was answered, the others on their own: an upstream's connection goes to whoever comes first.
        var good = check.NewRun();
        good.Respond = next => next.AnswerAsync(200, "text/plain", Bytes.Of("good"), check.Cancellation);
        var closed = response.Ending != Ending.Clean || response.Head.Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < 8; i++)
        {
            var next = i == 0 && !closed ? connection : await check.ConnectAsync();
            await next.SendRequestAsync("GET", good.Path, [.. check.Profile.Fields]);
            var second = i == 0 ? await next.TryReadResponseAsync() : await next.ReadResponseAsync();
            if (second is null)
            {
                continue;
            }

            await second.ReadToEndAsync();
            if (Bytes.Text(second.Body) is var got && got != "good")
            {
                return Outcome.Failed($"the next request was answered {second.Status} \"{Bytes.Escape(second.Body)}\"");
            }
        }

        try
        {
            var dropped = await exchange.WaitForPeerCloseAsync(TimeSpan.FromSeconds(1), check.Cancellation);
            return Outcome.Ok($"dropped, and 8 requests after it answered rightly ({dropped:0} ms)");
        }
        catch (NotSeenException)
        {
            return Outcome.NonStrict("the extra bytes answered nobody, but the upstream's connection is kept");
        }
    }

    private static async Task<Outcome> HeadAsync(CheckContext check, Func<OriginExchange, Task<bool>> writeAsync)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        var writing = WriteAsync(exchange, writeAsync);
        var response = await connection.TryReadResponseAsync(limit: TimeSpan.FromSeconds(10));
        var taken = writing.IsCompleted && await writing;
        exchange.Cut();
        return response switch
        {
            null => Outcome.NonStrict("closed without an answer"),
            _ when taken => Outcome.Failed($"{response.Status}, but only after {MostHeadBytes >> 20} MiB of a head"),
            { Status: 502 } => Outcome.Ok("502"),
            { Status: >= 500 } => Outcome.NonStrict($"{response.Status}"),
            { Status: 200 } => Outcome.NonStrict($"passed on with {response.Head.Fields.Count} lines"),
            _ => Outcome.Failed($"answered {response.Status}"),
        };
    }

    // Whether all of a head without end was taken.
    private static async Task<bool> WriteAsync(OriginExchange exchange, Func<OriginExchange, Task<bool>> writeAsync)
    {
        try
        {
            return await writeAsync(exchange);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }
}
