using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Proxy;

/// <summary>7.2 <c>proxy/latency</c>: what has been sent has to arrive before anything more is sent. What is measured is in
/// <see cref="DelayChecks"/>.</summary>
internal sealed class LatencyChecks
{
    [Case("7.2.1")]
    public static async Task<Outcome> HeadBeforeTheFirstByteAsync(CheckContext check)
    {
        var (directExchange, directAnswer) = await check.OpenDirectAsync();
        var direct = (Head: directAnswer.HeadMs - directExchange.ArrivedMs, Event: await Lockstep.EventsAsync(check, directExchange, directAnswer, 1));
        var (exchange, response) = await check.OpenAsync();
        var head = response.HeadMs - exchange.ArrivedMs;
        var first = await Lockstep.EventsAsync(check, exchange, response, 1);
        return Outcome.Ok($"head {head:0.#} ms after the request was at the origin, while the body was empty") with
        {
            Timing = new Timing { HeadMs = head, FirstEventMs = first, DirectHeadMs = direct.Head, DirectFirstEventMs = direct.Event },
        };
    }

    [Case("7.2.2")]
    public static async Task<Outcome> EventsInLockstepAsync(CheckContext check)
    {
        var (directExchange, directAnswer) = await check.OpenDirectAsync();
        var direct = await Lockstep.EventsAsync(check, directExchange, directAnswer, 100);
        var (exchange, response) = await check.OpenAsync();
        var worst = await Lockstep.EventsAsync(check, exchange, response, 100);
        return Outcome.Ok("100 events, each before the next") with { Timing = new Timing { WorstLagMs = worst, DirectWorstLagMs = direct } };
    }

    [Case("7.2.3")]
    public static async Task<Outcome> HeartbeatsInLockstepAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        for (var i = 1; i <= 50; i++)
        {
            await exchange.SendAsync(":\n", check.Cancellation);
            try
            {
                await response.ReadUntilAsync(() => response.Meaning.Comments >= i, $"heartbeat {i} while the origin was silent",
                    check.Profile.Has("rewrites") ? TimeSpan.FromSeconds(1) : null);
            }
            catch (NotSeenException) when (check.Profile.Has("rewrites"))
            {
                await Lockstep.EventsAsync(check, exchange, response, 1);
                return Outcome.NonStrict("the origin's comments are not passed on (the target rewrites)");
            }
        }

        return Outcome.Ok("50 heartbeats, each before the next");
    }

    [Case("7.2.4")]
    public static async Task<Outcome> PartsOfALineInLockstepAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        var sent = 0;
        var held = new List<string>();
        foreach (var part in (string[])["da", "ta: x", "\n", "\n"])
        {
            await exchange.SendAsync(part, check.Cancellation);
            sent += part.Length;
            try
            {
                await response.WaitForBytesAsync(sent, part, TimeSpan.FromSeconds(1));
            }
            catch (NotSeenException) when (sent < 9)
            {
                held.Add(Bytes.Escape(Bytes.Of(part)));
            }
        }

        await response.WaitForEventsAsync(1, "the event after its blank line, while the origin was silent");
        return held.Count == 0
            ? Outcome.Ok("each part before the next") : Outcome.NonStrict($"held until the end of the line or of the block: {string.Join(", ", held)}");
    }

    [Case("7.2.5", Expected = "all 10 events although nothing follows them")]
    public static async Task<Outcome> LastEventBeforeSilenceAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        for (var i = 1; i <= 10; i++)
        {
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
        }

        await response.WaitForEventsAsync(10, "the last of 10 events while the origin was silent");
        return Outcome.Ok("10 of 10 events, then silence");
    }

    [Case("7.2.6")]
    public static async Task<Outcome> ClientAllowsCompressionAsync(CheckContext check)
    {
        // With an event at once: a target that holds the head back is found out by 7.2.1.
        var (exchange, response) = await check.OpenAsync(
            check.Pairs[0],
            async exchange =>
            {
                await exchange.StartStreamAsync(check.Cancellation);
                await exchange.SendAsync("data: 0\n\n", check.Cancellation);
            },
            ["Accept-Encoding: gzip, br, zstd"]);
        if (response.Head.Combined("Content-Encoding") is not { } encoding)
        {
            await response.WaitForEventsAsync(1, "the first event while the origin was silent");
            await Lockstep.EventsAsync(check, exchange, response, 50);
            return Outcome.Ok("not compressed; 50 events, each before the next");
        }

        for (var i = 1; i <= 50; i++)
        {
            var before = response.BodyLength;
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
            await response.ReadUntilAsync(
                () => CompressedBody.Has(response.Body, encoding, before, $"data: {i}\n\n"), $"event {i} in {encoding} while the origin was silent");
        }

        return Outcome.Ok($"compressed ({encoding}); 50 events, each before the next");
    }

    [Case("7.2.7")]
    public static async Task<Outcome> ProtocolPairsAsync(CheckContext check)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var pair in check.Pairs.Where(pair => pair.Url is not null))
        {
            try
            {
                // With an event at once: a target that holds the head back is found out by 7.2.1.
                var (exchange, answer) = await check.OpenAsync(
                    pair,
                    async exchange =>
                    {
                        await exchange.StartStreamAsync(check.Cancellation);
                        await exchange.SendAsync("data: 0\n\n", check.Cancellation);
                    });
                await answer.WaitForEventsAsync(1, "the first event while the origin was silent");
                await Lockstep.EventsAsync(check, exchange, answer, 100);
                parts.Add((pair.Name, Outcome.Ok()));
            }
            catch (NotSeenException missing)
            {
                parts.Add((pair.Name, Outcome.Failed(missing.Message)));
            }
        }

        return check.ToldPairs(parts);
    }

    [Case("7.2.8")]
    public static async Task<Outcome> EventInThePacketOfTheHeadAsync(CheckContext check)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        await exchange.SendRawAsync(
            Bytes.Of("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n"),
            check.Cancellation);
        var response = await connection.ReadResponseAsync();
        await response.WaitForEventsAsync(1, "the event that came with the head, while the origin was silent");
        return Outcome.Ok("head and event at once");
    }

    [Case("7.2.10", Serial = true)]
    public static async Task<Outcome> LockstepAfterABurstAsync(CheckContext check)
    {
        const int block = 64;
        const int blocks = 160;
        const int ahead = 8;
        var (exchange, response) = await check.OpenAsync();
        var text = string.Concat(Enumerable.Repeat($"data: {new string('x', 1024 - "data: \n\n".Length)}\n\n", block));
        for (var i = 0; i < blocks; i++)
        {
            // Not more than half a megabyte ahead of the reader: a target that shares a stream need not hold more for one of its clients.
            await response.WaitForEventsAsync((i - ahead) * block, $"event {(i - ahead) * block} of the burst");
            await exchange.SendAsync(text, check.Cancellation);
        }

        await response.WaitForEventsAsync(blocks * block, "the last of the burst of 10 MB");
        await Lockstep.EventsAsync(check, exchange, response, 100);
        return Outcome.Ok("10 MB, then 100 events, each before the next");
    }

    [Case("7.2.11", Serial = true)]
    public static async Task<Outcome> StalledNeighbourAsync(CheckContext check)
    {
        var (flooded, _) = await check.OpenAsync();
        var sent = 0L;
        _ = FloodAsync(flooded, check, () => Interlocked.Add(ref sent, 64 * 1024));
        // Stalled once nothing more is taken; a target that takes all of it buffers, which is not judged here.
        for (var before = -1L; before != Interlocked.Read(ref sent) && Interlocked.Read(ref sent) < 64 << 20; await Task.Delay(200, check.Cancellation))
        {
            before = Interlocked.Read(ref sent);
        }

        var (exchange, response) = await check.OpenAsync();
        var worst = await Lockstep.EventsAsync(check, exchange, response, 100);
        return Outcome.Ok(
            $"100 events in lockstep beside a client that does not read ({Interlocked.Read(ref sent) >> 10} KiB taken for it)") with
        {
            Timing =
            new Timing { WorstLagMs = worst }
        };
    }

    private static async Task FloodAsync(OriginExchange exchange, CheckContext check, Action sent)
    {
        var block = Bytes.Utf8(string.Concat(Enumerable.Repeat($"data: {new string('f', 1016)}\n\n", 64)));
        try
        {
            for (var i = 0; i < 1024; i++)
            {
                await exchange.SendAsync(block, check.Cancellation);
                sent();
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The case is over, or the target has given the slow client up.
        }
    }
}
