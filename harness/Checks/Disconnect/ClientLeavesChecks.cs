using System.Net.Sockets;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>7.4 <c>proxy/disconnect</c>: a client that leaves has to be seen at the upstream, or its streams never end.</summary>
internal static class ClientLeavesChecks
{
    [Case("7.4.1", Seconds = 50)]
    public static async Task<Outcome> LeavesAnIdleStreamAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.HasEventsSoonAsync(1);
        return await LeaveAsync(check, exchange, response.Connection.Leave);
    }

    [Case("7.4.2", Seconds = 50)]
    public static async Task<Outcome> LeavesABusyStreamAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        var pumping = PumpAsync(exchange, check.Cancellation);
        await response.HasEventsSoonAsync(20);
        var outcome = await LeaveAsync(check, exchange, response.Connection.Leave);
        exchange.Cut();
        await pumping;
        return outcome;
    }

    [Case("7.4.3", Seconds = 60)]
    public static async Task<Outcome> LeavesByResetAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.HasEventsSoonAsync(1);
        var parts = new List<(string, Outcome)> { ("RST", await LeaveAsync(check, exchange, response.Connection.Reset)) };
        if (await check.ConnectFramesAsync() is not { } connection)
        {
            return parts[0].Item2 with { Actual = $"RST: {parts[0].Item2.Actual} (not declared by the target: http2)" };
        }

        var (first, reset) = await OpenAsync(check, connection);
        var (second, stays) = await OpenAsync(check, connection);
        var (third, _) = await OpenAsync(check, connection);
        var left = check.Tap.Ms;
        await reset.ResetAsync();
        parts.Add(("RST_STREAM", await UpstreamRelease.JudgeAsync(check, first, left)));
        parts.Add(await Part.RunAsync("the stream beside it", () => LivesOnAsync(check, second, stays)));
        parts.Add(("HTTP/2 connection dropped", await LeaveAsync(check, third, connection.Drop)));
        return Outcome.Worst(parts);
    }

    [Case("7.4.4", Seconds = 50)]
    public static async Task<Outcome> LeavesBeforeTheHeadAsync(CheckContext check)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        return await LeaveAsync(check, await run.NextAsync(), connection.Leave);
    }

    [Case("7.4.5")]
    public static async Task<Outcome> HalfCloseAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.WaitForEventsAsync(1);
        response.Connection.HalfClose();
        try
        {
            await exchange.WaitForPeerCloseAsync(TimeSpan.FromSeconds(1), check.Cancellation);
            return Outcome.Informational("a client's half-close cuts its stream");
        }
        catch (NotSeenException)
        {
            await exchange.SendAsync("data: b\n\n", check.Cancellation);
        }

        try
        {
            await response.WaitForEventsAsync(2, limit: TimeSpan.FromSeconds(2));
            return Outcome.Informational("the stream goes on after a client's half-close");
        }
        catch (NotSeenException missing)
        {
            return Outcome.Informational($"the upstream's stream goes on after a client's half-close, the client's does not: {missing.Message}");
        }
    }

    private static async Task<(OriginExchange Exchange, FrameStream Stream)> OpenAsync(CheckContext check, FrameConnection connection)
    {
        var run = check.NewRun();
        var stream = await connection.OpenAsync("GET", run.Path, check.FrameFields);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        return (exchange, stream);
    }

    // To its end: a target that holds bytes back gives them out then.
    private static async Task<Outcome> LivesOnAsync(CheckContext check, OriginExchange exchange, FrameStream stream)
    {
        await exchange.SendAsync("data: b\n\n", check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        var answer = await stream.ReadResponseAsync();
        await answer.WaitForEventsAsync(2, "the event of the stream beside the one that was reset");
        return Outcome.Ok();
    }

    private static async Task<Outcome> LeaveAsync(CheckContext check, OriginExchange exchange, Action leave)
    {
        var left = check.Tap.Ms;
        leave();
        return await UpstreamRelease.JudgeAsync(check, exchange, left);
    }

    // 100 events a second until nobody takes them.
    private static async Task PumpAsync(OriginExchange exchange, CancellationToken cancellation)
    {
        try
        {
            for (var i = 1; !exchange.PeerClosed.IsCompleted && !cancellation.IsCancellationRequested; i++)
            {
                await exchange.SendAsync($"data: {i}\n\n", cancellation);
                await Task.Delay(10, cancellation);
            }
        }
        catch (Exception gone) when (
            gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The reader has left.
        }
    }
}
