using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.1 <c>proxy/body</c>: what comes out is what went in. 7.1.2 is in <c>Checks/Scripts</c>.</summary>
internal sealed class BodyChecks
{
    private const int Streams = 64;
    private const int EventsEach = 200;

    [Case("7.1.1")]
    public static async Task<Outcome> ReferenceBodyUnchangedAsync(CheckContext check)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var pair in check.Pairs.Where(pair => pair.Url is not null))
        {
            parts.Add((pair.Name, await SendAsync(check, pair, ReferenceBody.R1)));
        }

        return check.ToldPairs(parts);
    }

    [Case("7.1.3")]
    public static async Task<Outcome> UnfinishedTailPassesAsync(CheckContext check) => await SendAsync(check, check.Pairs[0], Bytes.Utf8("data: a\n\ndata: b"));

    [Case("7.1.4", Seconds = 80)]
    public static async Task<Outcome> NothingAddedAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await HoldAsync(check, response, TimeSpan.FromSeconds(60));
        await exchange.SendAsync("data: b\n\n", check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        await response.WaitForEventsAsync(2, "the event after 60 s of silence");
        return await BodyJudge.JudgeToEndAsync(check, Bytes.Utf8("data: a\n\ndata: b\n\n"), response);
    }

    [Case("7.1.5", Seconds = 120)]
    public static async Task<Outcome> HeartbeatWhileALineIsOpenAsync(CheckContext check)
    {
        var hold = TimeSpan.FromSeconds(check.Profile.Has("inserts-comments") ? Math.Min(2 * check.Profile.HeartbeatSeconds, 90) : 5);
        (string Name, byte[] First, byte[] Second)[] cuts =
        [
            ("inside a line", Bytes.Utf8("data: ab"), Bytes.Utf8("cd\n\n")),
            ("inside a character", [.. Bytes.Utf8("data: "), 0xF0, 0x9F], [0x98, 0x80, 10, 10]),
            ("between CR and LF", Bytes.Utf8("data: a\r\ndata: b\r"), Bytes.Utf8("\n\r\n")),
            ("inside a byte order mark", [0xEF, 0xBB], [0xBF, .. Bytes.Utf8("data: a\n\n")]),
        ];
        return Outcome.Worst(await Task.WhenAll(cuts.Select(async cut => (cut.Name, await CutAsync(check, cut.First, cut.Second, hold)))));
    }

    [Case("7.1.6", Serial = true)]
    public static async Task<Outcome> ManyStreamsAtOnceAsync(CheckContext check)
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => check.OpenAsync()));
        var all = await Task.WhenAll(streams.Select((stream, number) => PlayAsync(check, stream.Exchange, stream.Response, number)));
        return Outcome.Worst(all);
    }

    private static async Task<Outcome> SendAsync(CheckContext check, ProtocolPair pair, byte[] body)
    {
        try
        {
            var (_, answer) = await check.OpenAsync(
                pair,
                async exchange =>
                {
                    await exchange.StartStreamAsync(check.Cancellation);
                    await exchange.SendAsync(body, check.Cancellation);
                    await exchange.EndAsync(check.Cancellation);
                });
            return await BodyJudge.JudgeToEndAsync(check, body, answer);
        }
        catch (NotSeenException missing)
        {
            return Outcome.Failed(missing.Message);
        }
    }

    private static async Task<Outcome> CutAsync(CheckContext check, byte[] first, byte[] rest, TimeSpan hold)
    {
        try
        {
            var (exchange, response) = await check.OpenAsync();
            await exchange.SendAsync(first, check.Cancellation);
            await HoldAsync(check, response, hold);
            await exchange.SendAsync(rest, check.Cancellation);
            await exchange.EndAsync(check.Cancellation);
            await response.WaitForEventsAsync(1, "the event after its last part");
            return await BodyJudge.JudgeToEndAsync(check, [.. first, .. rest], response);
        }
        catch (NotSeenException missing)
        {
            return Outcome.Failed(missing.Message);
        }
    }

    // Reads on, so that what the target adds by itself is taken as it comes.
    private static async Task HoldAsync(CheckContext check, ClientResponse response, TimeSpan time)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(check.Cancellation);
        held.CancelAfter(time);
        try
        {
            while (await response.ReadAsync(held.Token))
            {
                // Comments, if any.
            }

            throw new NotSeenException($"the target ended the stream ({response.Ending}) while it was idle");
        }
        catch (OperationCanceledException) when (!check.Cancellation.IsCancellationRequested)
        {
            // Held.
        }
    }

    private static async Task<(string Name, Outcome Outcome)> PlayAsync(CheckContext check, OriginExchange exchange, ClientResponse response, int number)
    {
        var body = new List<byte>();
        for (var i = 0; i < EventsEach; i++)
        {
            var sent = Bytes.Utf8($"id: {number}-{i}\ndata: stream {number} event {i} {new string((char)('a' + (number % 26)), i)}\n\n");
            body.AddRange(sent);
            await exchange.SendAsync(sent, check.Cancellation);
        }

        await exchange.EndAsync(check.Cancellation);
        var name = $"stream {number}";
        try
        {
            await response.WaitForEventsAsync(EventsEach, $"{EventsEach} events");
            return (name, await BodyJudge.JudgeToEndAsync(check, [.. body], response));
        }
        catch (NotSeenException missing)
        {
            return (name, Outcome.Failed(missing.Message));
        }
    }
}
