using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Transport;

/// <summary>12.1 <c>transport</c>: many streams on one HTTP/2 connection, on either side of the target.</summary>
internal static class StreamsOfOneConnectionChecks
{
    private const int Streams = 100;
    private const int Window = 65_535;

    [Case("12.1.1", Seconds = 40, Serial = true)]
    public static async Task<Outcome> OneOfAHundredStopsReadingAsync(CheckContext check)
    {
        if (await check.ConnectFramesAsync(Window) is not { } connection)
        {
            return Outcome.Skipped("not declared in the profile: http2");
        }

        var run = check.NewRun();
        var exchanges = new ConcurrentDictionary<string, OriginExchange>();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync("data: 0\n\n", check.Cancellation);
            exchanges[exchange.Request.Target.Split('/')[^1]] = exchange;
        };
        var answers = new List<FrameAnswer>();
        for (var i = 0; i < Streams; i++)
        {
            var stream = await connection.OpenAsync("GET", $"{run.Path}/{i}", check.FrameFields);
            answers.Add(await stream.ReadResponseAsync());
            if (answers[i].Status != 200)
            {
                return Outcome.Failed($"stream {i + 1} of one connection was answered {answers[i].Status}");
            }
        }

        await Patience.ForAsync(
            async token =>
            {
                while (exchanges.Count < Streams)
                {
                    await Task.Delay(10, token);
                }
            },
            $"{Streams} requests at the origin",
            null,
            check.Cancellation);
        var flood = FloodAsync(exchanges["0"], check.Cancellation);
        await Patience.ForAsync(
            async token =>
            {
                while (answers[0].Stream.Received < Window)
                {
                    await Task.Delay(10, token);
                }
            },
            "the stream that is not read to fill its window",
            null,
            check.Cancellation);
        for (var round = 1; round <= 5; round++)
        {
            for (var i = 1; i < Streams; i++)
            {
                await exchanges[$"{i}"].SendAsync($"data: {round}\n\n", check.Cancellation);
                await answers[i].WaitForEventsAsync(round + 1, $"event {round} of stream {i + 1}, while another stream was not read");
            }
        }

        exchanges["0"].Cut();
        await flood;
        return Outcome.Ok($"{Streams - 1} streams in lockstep beside one with a full window");
    }

    [Case("12.1.2", Seconds = 30, Serial = true,
        Expected = "30 streams, over more connections; or 503 within 5 s; none waits, and when they have left there is room again")]
    public static async Task<Outcome> UpstreamAllowsTenStreamsAsync(CheckContext check)
    {
        if (check.Profile.TenStreams is not { } declared)
        {
            return Outcome.Skipped("not declared in the profile: tenStreams, a URL with an upstream over HTTP/2 of the case's own");
        }

        await using var origin = await Http2Listener.StartAsync(IPEndPoint.Parse(declared.Origin), check.Origin.Find, check.Origin.Claim, streams: 10);
        var part = await check.AtAsync(declared.Url);
        var run = check.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(check.Cancellation);
            await exchange.SendAsync("data: a\n\n", check.Cancellation);
            await exchange.PeerClosed.WaitAsync(check.Cancellation);
            exchange.Finish();
        };
        var statuses = await Task.WhenAll(Enumerable.Range(1, 30).Select(async i =>
        {
            var connection = await part.RequestAsync("GET", $"{run.Path}/{i}");
            var response = await connection.ReadResponseAsync();
            if (response.Status == 200)
            {
                await response.WaitForEventsAsync(1, $"the event of client {i} of 30");
            }

            return (response.Status, connection);
        }));
        var served = statuses.Count(answer => answer.Status == 200);
        var connections = run.Exchanges.Select(exchange => exchange.Connection).Distinct().Count();
        foreach (var (_, connection) in statuses)
        {
            connection.Leave();
        }

        var refused = statuses.Select(answer => answer.Status).Where(status => status != 200).Distinct().Order();
        var text = $"{served} of 30 served over {connections} connections{(served == 30 ? "" : $", others {string.Join(", ", refused)}")}";
        if (statuses.Any(answer => answer.Status is not (200 or 503)))
        {
            return served >= 10 && statuses.All(answer => answer.Status is 200 or >= 500) ? Outcome.NonStrict(text) : Outcome.Failed(text);
        }

        var again = await (await part.RequestAsync("GET", $"{run.Path}/again")).ReadResponseAsync();
        await again.WaitForEventsAsync(1, "the event of a client after the 30 have left");
        return Outcome.Ok(text);
    }

    [Case("12.1.3", Seconds = 30)]
    public static async Task<Outcome> TinyWindowAsync(CheckContext check)
    {
        if (await check.ConnectFramesAsync(window: 64) is not { } connection)
        {
            return Outcome.Skipped("not declared in the profile: http2");
        }

        var run = check.NewRun();
        var stream = await connection.OpenAsync("GET", run.Path, check.FrameFields);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation);
        byte[] body = [.. Enumerable.Repeat(ReferenceBody.R1, 100).SelectMany(bytes => bytes)];
        var sending = SendAsync(exchange, body, check.Cancellation);
        var answer = await stream.ReadResponseAsync();
        var outcome = await BodyJudge.JudgeToEndAsync(check, body, answer, limit: TimeSpan.FromSeconds(15));
        await sending;
        return outcome with { Actual = $"window of 64 bytes: {outcome.Actual}" };
    }

    [Case("12.1.4", Seconds = 60)]
    public static async Task<Outcome> PingIsNotDataAsync(CheckContext check)
    {
        if (check.Profile.IdleLimitSeconds is not (<= 30 and { } limit) || await check.ConnectFramesAsync() is not { } connection)
        {
            return Outcome.Skipped("not declared in the profile: http2 and idleLimitSeconds (at most 30)");
        }

        var run = check.NewRun();
        var stream = await connection.OpenAsync("GET", run.Path, check.FrameFields);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await stream.ReadResponseAsync();
        var begun = check.Tap.Ms;
        while (check.Tap.Ms - begun < (limit + 5) * 1000 && !stream.Ended.IsCompleted)
        {
            await connection.SendAsync(new Http2Frame(Http2FrameType.Ping, 0, new byte[8]));
            await Task.WhenAny(stream.Ended, Task.Delay(TimeSpan.FromSeconds(limit / 4), check.Cancellation));
        }

        return Outcome.Informational(
            stream.Ended.IsCompleted
                ? $"the idle limit does not count PING: ended ({stream.Ending}) after {(check.Tap.Ms - begun) / 1000:0.0} s"
                : $"PING counts, or there is no idle limit: open after {limit + 5:0.#} s");
    }

    private static async Task SendAsync(OriginExchange exchange, byte[] body, CancellationToken cancellation)
    {
        await exchange.SendAsync(body, cancellation);
        await exchange.EndAsync(cancellation);
    }

    // Until the reader's buffers are full, and the stream is cut.
    private static async Task FloodAsync(OriginExchange exchange, CancellationToken cancellation)
    {
        var piece = Bytes.Utf8($"data: {new string('x', 16 * 1024)}\n\n");
        try
        {
            for (var i = 0; i < 1024; i++)
            {
                await exchange.SendAsync(piece, cancellation);
            }
        }
        catch (Exception gone) when (
            gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Cut, by us or by a target that gives up readers so slow.
        }
    }
}
