using System.Diagnostics;
using System.Globalization;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge.Limits;

/// <summary>10.1 <c>limit</c>: slow clients, long lives, large events, many streams.</summary>
internal static class LimitLoadChecks
{
    private const long Pushed = 100L << 20;

    // What two connections' socket buffers may hold, as Linux grows them (tcp_wmem 4 MiB, tcp_rmem 6 MiB).
    private const long SocketBytes = 24L << 20;

    private static readonly TimeSpan Blocked = TimeSpan.FromSeconds(3);

    [Case("10.1.6", Serial = true, Seconds = 120)]
    public static Task<Outcome> StopsReadingAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        var memory = TargetProcess.Of(check.Profile);
        using var others = new FullTarget(edge, limits);
        await others.OpenAsync(3, EdgeRequests.NewAddress);
        var run = edge.NewRun();
        var connection = await edge.RequestAsync("GET", run.Path, from: EdgeRequests.NewAddress());
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(edge.Cancellation);
        await connection.ReadResponseAsync();
        var before = memory?.ResidentBytes;
        var (taken, how, peak) = await PushAsync(exchange, others, memory, edge.Cancellation);
        await others.LockstepAsync();
        var growth = peak - before;
        var actual = $"{taken >> 20} MiB taken, then {how}{(growth is { } grown ? $"; memory grew by {grown >> 20} MiB at most" : "")}; others in lockstep";
        if (growth > limits.BufferBytes + (64L << 20))
        {
            return Outcome.Failed(actual);
        }

        return taken > limits.BufferBytes + SocketBytes && growth is null && how == "nothing"
            ? Outcome.Failed(actual + "; all of it is somewhere") : Outcome.Ok(actual);
    });

    [Case("10.1.7", Serial = true, Seconds = 150)]
    public static Task<Outcome> SlowButAliveAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        var run = edge.NewRun();
        var connection = await edge.RequestAsync("GET", run.Path, from: EdgeRequests.NewAddress());
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(edge.Cancellation);
        var response = await connection.ReadResponseAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(edge.Cancellation);
        var pushing = PushForeverAsync(exchange, stop.Token);
        var start = Stopwatch.GetTimestamp();
        var buffer = new byte[1024];
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2))
        {
            var (_, ending) = await Patience.ForAsync(token => connection.Reader.ReadBodyAsync(buffer, token), "1 KB a second", null, edge.Cancellation);
            if (ending is { } ended)
            {
                return Outcome.NonStrict($"cut after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s ({ended}) although it reads 1 KB a second");
            }

            await Task.Delay(1000, edge.Cancellation);
        }

        await stop.CancelAsync();
        await pushing;
        return Outcome.Ok("not cut in 2 minutes") with { Ending = Ending.Open };
    });

    [Case("10.1.8", Direct = true, Seconds = 30)]
    public static async Task<Outcome> LongestLifeAsync(CheckContext check)
    {
        if (check.Profile.Limits?.Life is not { } life)
        {
            return Outcome.Skipped("the profile does not say where streams live no longer (limits.life)");
        }

        var edge = await check.AtAsync(life.Url);
        if (edge.IsDirect)
        {
            var own = await edge.AskAsync(edge.NewRun().Path, [EdgeRequests.NoCache]);
            return own.IsEventStream ? await LivesAsync(edge, own, life) : Outcome.Failed($"{own.Status} instead of the stream");
        }

        var run = edge.NewRun();
        var connection = await edge.RequestAsync("GET", run.Path, [EdgeRequests.NoCache]);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(edge.Cancellation);
        var response = await connection.ReadResponseAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(edge.Cancellation);
        var pushing = PushForeverAsync(exchange, stop.Token, TimeSpan.FromMilliseconds(10));
        var outcome = await LivesAsync(edge, response, life);
        await exchange.WaitForPeerCloseAsync(TimeSpan.FromSeconds(5), edge.Cancellation);
        await stop.CancelAsync();
        await pushing;
        return outcome;
    }

    private static async Task<Outcome> LivesAsync(CheckContext edge, ClientResponse response, LifeSetup life)
    {
        var start = edge.Tap.Ms;
        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(life.Seconds + 3));
        var took = (edge.Tap.Ms - start) / 1000;
        var right = ending == Ending.Clean && response.Meaning.AtBlockBoundary && Math.Abs(took - life.Seconds) <= 1.1;
        var actual =
            $"{(ending == Ending.Timeout ? "still open" : $"ended {ending}")} after {took:0.0} s"
                + $"{(response.Meaning.AtBlockBoundary ? "" : ", inside an event")}";
        return (right ? Outcome.Ok(actual) : Outcome.Failed(actual)) with { Ending = ending, EndingRight = ending == Ending.Clean };
    }

    [Case("10.1.9", Seconds = 20)]
    public static async Task<Outcome> TooLongAsync(CheckContext check)
    {
        if (check.Profile.Limits?.EventSize is not { } size)
        {
            return Outcome.Skipped("the profile does not say where events are limited (limits.eventSize)");
        }

        var edge = await check.AtAsync(size.Url);
        var (other, reader) = await edge.OpenAsync();
        var (exchange, response) = await edge.OpenAsync();
        await exchange.SendAsync("data: a\n\n", edge.Cancellation);
        await response.WaitForEventsAsync(1);
        try
        {
            await exchange.SendAsync($"data: {new string('x', size.Bytes + 1024)}\n\ndata: b\n\n", edge.Cancellation);
        }
        catch (IOException)
        {
            // Given up while it was sent.
        }

        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(3));
        await other.SendAsync("data: on\n\n", edge.Cancellation);
        await reader.WaitForEventsAsync(1, "an event of another stream");
        var got = string.Join(", ", response.Events.Select(e => e.Data.Length > 20 ? $"one of {e.Data.Length} bytes" : e.Data));
        return response.Events.Any(e => e.Data.Length > size.Bytes)
            ? Outcome.NonStrict($"the long one passes: {got}") with { Ending = ending }
            : Outcome.Ok($"got {got}, then {(ending == Ending.Timeout ? "open" : $"{ending}")}; another stream goes on") with { Ending = ending };
    }

    [Case("10.1.11", Direct = true, Serial = true, Seconds = 300)]
    public static async Task<Outcome> ManyCyclesAsync(CheckContext check)
    {
        const int Cycles = 10_000;
        if (check.Profile.Limits is not { UnlimitedUrl: not null } limits || TargetProcess.OfUnlimited(check.Profile) is not { } process)
        {
            return Outcome.Skipped("the profile names no target without limits and its process (limits.unlimitedUrl, process.unlimitedPidFile)");
        }

        var edge = await check.AtAsync(limits.UnlimitedUrl);
        var run = edge.StreamingRun();
        async Task CycleAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var connection = await ClientConnection.ConnectAsync(edge.Target, new WireTap(), edge.Cancellation);
                await connection.SendRequestAsync("GET", run.Path, ["Accept: text/event-stream"]);
                using var response = await connection.ReadResponseAsync();
                await (edge.IsDirect ? Task.CompletedTask : response.WaitForEventsAsync(1));
                connection.Leave();
            }
        }

        // The first thousand are the target's warming up.
        await CycleAsync(1000);
        await Task.Delay(2000, edge.Cancellation);
        var (memory, handles) = (process.ResidentBytes, process.Handles);
        await CycleAsync(Cycles);
        await Task.Delay(2000, edge.Cancellation);
        var (memoryAfter, handlesAfter) = (process.ResidentBytes, process.Handles);
        var actual = $"memory {memory >> 20} to {memoryAfter >> 20} MiB, handles {handles} to {handlesAfter}";
        return handlesAfter > (handles * 1.1) + 10 ? Outcome.Failed(actual) : memoryAfter > memory * 1.1 ? Outcome.NonStrict(actual) : Outcome.Ok(actual);
    }

    [Case("10.1.12", Direct = true, Serial = true, Seconds = 120)]
    public static async Task<Outcome> ManyIdleAsync(CheckContext check)
    {
        const int Streams = 1000;
        if (check.Profile.Limits is not { UnlimitedUrl: not null } limits || TargetProcess.OfUnlimited(check.Profile) is not { } process)
        {
            return Outcome.Skipped("the profile names no target without limits and its process (limits.unlimitedUrl, process.unlimitedPidFile)");
        }

        var edge = await check.AtAsync(limits.UnlimitedUrl);
        var run = edge.StreamingRun();
        var before = process.ResidentBytes;
        for (var i = 0; i < Streams; i++)
        {
            var connection = edge.Keep(await ClientConnection.ConnectAsync(edge.Target, new WireTap(), edge.Cancellation));
            await connection.SendRequestAsync("GET", run.Path, ["Accept: text/event-stream"]);
            var response = await connection.ReadResponseAsync();
            await (edge.IsDirect ? Task.CompletedTask : response.WaitForEventsAsync(1));
        }

        await Task.Delay(3000, edge.Cancellation);
        var (cpu, start) = (process.CpuSeconds, edge.Tap.Ms);
        await Task.Delay(10_000, edge.Cancellation);
        var load = 100_000 * (process.CpuSeconds - cpu) / (edge.Tap.Ms - start);
        return Outcome.Informational(string.Create(
            CultureInfo.InvariantCulture,
            $"{Streams} streams: {(process.ResidentBytes - before) / Streams / 1024.0:0.0} KiB each, {load:0.00} % of a core at rest"));
    }

    // Until the target takes no more, gives up, or has all.
    private static async Task<(long Taken, string How, long? Peak)> PushAsync(
        OriginExchange exchange, FullTarget others, TargetProcess? memory, CancellationToken cancellation)
    {
        var piece = Bytes.Of($"data: {new string('x', (64 * 1024) - 8)}\n\n");
        var (taken, peak) = (0L, memory?.ResidentBytes);
        while (taken < Pushed)
        {
            try
            {
                await Patience.ForAsync(token => exchange.SendAsync(piece, token), "the target to take more", Blocked, cancellation);
            }
            catch (NotSeenException)
            {
                return (taken, "held back", Peak());
            }
            catch (Exception gone) when (gone is IOException or System.Net.Sockets.SocketException)
            {
                return (taken, "the stream was given up", Peak());
            }

            taken += piece.Length;
            if (taken % (8L << 20) < piece.Length)
            {
                await others.LockstepAsync();
            }

            peak = Peak();
        }

        return (taken, "nothing", Peak());

        long? Peak() => memory is null ? null : Math.Max(peak ?? 0, memory.ResidentBytes);
    }

    private static async Task PushForeverAsync(OriginExchange exchange, CancellationToken stop, TimeSpan pause = default)
    {
        try
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                await exchange.SendAsync($"id: {i}\ndata: {new string('x', 500)}\ndata: {i}\n\n", stop);
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, stop);
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody reads any more.
        }
    }
}
