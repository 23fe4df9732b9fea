using System.Globalization;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Scripts;

/// <summary>Plays a script to the request of a client, or of a proxy in between.</summary>
internal static class ScriptPlayer
{
    /// <summary>Above this a body is so many writes under a profile that pauses between them would be the case.</summary>
    private const int MostPausedBytes = 4096;

    /// <summary>
    /// Answers a request as the script says. Where the script has no ending of its own the sentinel follows, and a clean end.
    /// </summary>
    /// <param name="script">Whose sentinel.</param>
    /// <param name="connection">What is played.</param>
    /// <param name="exchange">The request.</param>
    /// <param name="ack">Waits at lockstep points until the reader has confirmed; null does not wait.</param>
    /// <param name="profile">How bytes are cut and carried.</param>
    /// <param name="cancellation">The case's.</param>
    /// <param name="ending">Told right before the answer ends, in whatever way.</param>
    /// <param name="replace">Fills in what stands in braces in field lines; null leaves them.</param>
    public static async Task PlayAsync(
        CaseScript script,
        ScriptConnection connection,
        OriginExchange exchange,
        Func<ScriptStep, CancellationToken, Task>? ack,
        DeliveryProfile profile,
        CancellationToken cancellation,
        Action? ending = null,
        Func<string, string>? replace = null)
    {
        var transport = connection.Framing ?? profile.Transport;
        var explicitHead = connection.Steps.Any(step => step.Head is not null);
        var rawFirst = connection.Steps is [{ Raw: not null } or { Cut: true } or { Reset: true } or { AwaitPeerClose: not null } or { Sleep: not null }, ..];
        if (!explicitHead && !rawFirst)
        {
            await SendHeadAsync(new ScriptHead(), connection.BodyOf(script).Length, exchange, transport, replace, cancellation);
        }

        foreach (var step in connection.Steps)
        {
            if (step is { IsEnding: true, AwaitPeerClose: null })
            {
                ending?.Invoke();
            }

            if (step.Head is { } head)
            {
                await SendHeadAsync(head, connection.BodyOf(script).Length, exchange, transport, replace, cancellation);
            }
            else if (step.Send is { } sent)
            {
                await SendAsync(step, sent.Bytes, exchange, ack, profile, cancellation);
            }
            else if (step.Raw is { } raw)
            {
                await exchange.SendRawAsync(raw.Bytes, cancellation);
            }
            else if (step.Sleep is { } milliseconds)
            {
                await Task.Delay(milliseconds, cancellation);
            }
            else if (step.Ack is not null || step.AckOpen)
            {
                await (ack?.Invoke(step, cancellation) ?? Task.CompletedTask);
            }
            else if (step.AwaitPeerClose is { } most)
            {
                await ((Task)exchange.PeerClosed).WaitAsync(
                    TimeSpan.FromMilliseconds(most), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ending?.Invoke();
                exchange.Cut();
            }
            else
            {
                await EndAsync(step, exchange, cancellation);
            }
        }

        if (!connection.HasOwnEnding)
        {
            await SendAsync(new ScriptStep(), Sentinel.For(script.Id), exchange, null, profile, cancellation);
        }

        if (!exchange.Finished.IsCompleted)
        {
            ending?.Invoke();
            await exchange.EndAsync(cancellation);
        }
    }

    private static async Task EndAsync(ScriptStep step, OriginExchange exchange, CancellationToken cancellation)
    {
        if (step.Cut)
        {
            exchange.Cut();
        }
        else if (step.Reset)
        {
            exchange.Reset();
        }
        else if (step.End)
        {
            await exchange.EndAsync(step.Trailers, cancellation);
        }
    }

    private static async Task SendAsync(
        ScriptStep step,
        ReadOnlyMemory<byte> bytes,
        OriginExchange exchange,
        Func<ScriptStep, CancellationToken, Task>? ack,
        DeliveryProfile profile,
        CancellationToken cancellation)
    {
        var paused = step.Pause > 0 && bytes.Length <= MostPausedBytes && step.LockstepFrom is null;
        var writes = step.Size is { } size ? DeliveryProfile.Pieces(bytes, () => size)
            : step.Seed is { } seed ? DeliveryProfile.Random(bytes, seed)
            : step.Blocks || step.LockstepFrom is not null ? DeliveryProfile.Blocks(bytes)
            : profile.Cut(bytes);
        var sent = 0;
        foreach (var write in writes)
        {
            if (sent > 0 && paused)
            {
                await Task.Delay(step.Pause, cancellation);
            }

            await exchange.SendAsync(write, cancellation);
            sent++;
            if (step.LockstepFrom is { } before && ack is not null)
            {
                await ack(new ScriptStep { Ack = before + sent }, cancellation);
            }
        }
    }

    private static Task SendHeadAsync(
        ScriptHead head, int bodyLength, OriginExchange exchange, Transport transport, Func<string, string>? replace, CancellationToken cancellation)
    {
        string[] type = head.Untyped ? [] : [$"Content-Type: {head.Type ?? "text/event-stream"}"];
        string[] cache = head.Status == 200 ? ["Cache-Control: no-store"] : [];
        var length = head.Length ?? bodyLength;
        string[] framing = head.Status is < 200 or 204 or 205 or 304
            ? [] : (head.Length is null && exchange.Protocol == "HTTP/2") || transport is Transport.H1x or Transport.H10 ? []
            : transport == Transport.H1l || head.Length is not null || head.Status != 200 ? [$"Content-Length: {length.ToString(CultureInfo.InvariantCulture)}"]
            : ["Transfer-Encoding: chunked"];
        string[] fields = [.. type, .. cache, .. framing, .. head.Fields.Select(field => replace?.Invoke(field) ?? field)];
        if (transport == Transport.H10 && exchange.Protocol != "HTTP/2")
        {
            var status = head.Status.ToString(CultureInfo.InvariantCulture);
            return exchange.SendRawAsync(Bytes.Of($"HTTP/1.0 {status} Scripted\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n"), cancellation);
        }

        return exchange.SendHeadAsync(head.Status, fields, cancellation);
    }
}
