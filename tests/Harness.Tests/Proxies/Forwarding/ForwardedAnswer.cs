using System.Globalization;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>An answer on its way from the upstream to the client, piece by piece.</summary>
/// <param name="proxy">Whose it is.</param>
/// <param name="request">What it answers.</param>
/// <param name="upstream">Where it comes from.</param>
/// <param name="client">Where it goes.</param>
/// <param name="begun">Told when there is a head.</param>
/// <param name="again">Asks the upstream once more, for a defect.</param>
internal sealed class ForwardedAnswer(
    ForwardingProxy proxy, MessageHead request, MessageReader upstream, Stream client, Action begun, Func<CancellationToken, Task<MessageReader>> again)
{
    private readonly List<byte> _kept = [];
    private bool _clientGone;
    private bool _holds = proxy.Defect == Defect.BuffersEverything;

    /// <returns>How the upstream ended it; null when it closed without an answer.</returns>
    public async Task<Ending?> PassAsync(CancellationToken cancellation)
    {
        MessageHead head;
        var losesTheBody = false;
        while (true)
        {
            if (await upstream.ReadHeadAsync(cancellation) is not { } next)
            {
                return null;
            }

            if (next.Status >= 200)
            {
                head = next;
                break;
            }

            await client.WriteAsync(ForwardedHead.Write(next.StartLine, next, [], proxy.Defect), cancellation);
            losesTheBody = proxy.Defect == Defect.LosesTheBodyAfterAnInterimHead;
        }

        _holds |= proxy.Defect == Defect.BuffersOtherStatuses && head.Status != 200;
        begun();
        var noBody = request.Method == "HEAD" || head.Status is 204 or 304;
        upstream.BeginResponseBody(head, noBody);
        var allowed = request.Members("Accept-Encoding").Contains("gzip", StringComparer.OrdinalIgnoreCase) && !head.Has("Content-Encoding");
        var isEventStream = head.Combined("Content-Type")?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
        var isEvents = isEventStream && !head.Has("Content-Encoding");
        using var body = new ForwardedBody(proxy.Defect, isEvents, isEvents && allowed && !noBody);
        var chunked = !noBody && (head.IsChunked || head.ContentLength is null || body.Compresses);
        string[] framing = chunked ? ["Transfer-Encoding: chunked"] : head.ContentLength is { } length ? [$"Content-Length: {length}"] : [];
        string[] coding = body.Compresses ? ["Content-Encoding: gzip"] : [];
        await SendAsync(ForwardedHead.Write(
            $"HTTP/1.1 {head.Status.ToString(CultureInfo.InvariantCulture)} Passed", head, framing.Concat(coding), proxy.Defect), cancellation);
        if (losesTheBody)
        {
            await SendAsync(Bytes.Of("0\r\n\r\n"), cancellation);
            return Ending.Clean;
        }

        var isEncoded = head.Combined("Content-Encoding") is { } named && (proxy.Defect == Defect.TakesIdentityForACoding || !ForwardedHead.IsNoCoding(named));
        var beats = isEventStream && !isEncoded && !noBody && chunked && proxy.Heartbeat > TimeSpan.Zero ? new Heartbeats(proxy.Defect, request) : null;
        return await PassBodyAsync(body, beats, chunked, cancellation);
    }

    private async Task<Ending> PassBodyAsync(ForwardedBody body, Heartbeats? beats, bool chunked, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        Ending? ended;
        while (true)
        {
            var reading = upstream.ReadBodyAsync(buffer, cancellation);
            while (beats is not null && await Task.WhenAny(reading, Task.Delay(proxy.Heartbeat, cancellation)) != reading)
            {
                await SendPieceAsync(beats.Next(), chunked, cancellation);
            }

            (var count, ended) = await WithinIdleAsync(reading);
            if (ended == Ending.Clean && proxy.Defect == Defect.AsksAgainAfterACleanEnd && request.Method == "GET")
            {
                // Not as fast as it could.
                await Task.Delay(100, cancellation);
                upstream = await again(cancellation);
                continue;
            }

            if (ended is not null)
            {
                break;
            }

            beats?.Passed(buffer.AsSpan(0, count));

            if (count > 0)
            {
                await SendPieceAsync(body.Take(buffer[..count]), chunked, cancellation);
            }
        }

        await SendPieceAsync(body.Rest(), chunked, cancellation);
        var ending = proxy.Defect == Defect.AddsTheMissingLastChunk && chunked ? Ending.Clean : ended.Value;
        if (ending == Ending.Clean && chunked)
        {
            await SendAsync(Bytes.Of($"0\r\n{string.Concat(upstream.Trailers.Select(trailer => trailer + "\r\n"))}\r\n"), cancellation);
        }

        if (_holds)
        {
            await client.WriteAsync(_kept.ToArray(), cancellation);
        }
        else if (proxy.Defect == Defect.Caches && ending == Ending.Clean && request.Method == "GET")
        {
            proxy.Cache.TryAdd(request.Target, _kept.ToArray());
        }

        return ending;
    }

    private async Task<(int Count, Ending? Ending)> WithinIdleAsync(Task<(int, Ending?)> reading)
    {
        try
        {
            return await reading.WaitAsync(proxy.Idle);
        }
        catch (TimeoutException silent)
        {
            throw new IOException("the upstream is silent", silent);
        }
    }

    private Task SendPieceAsync(byte[] piece, bool chunked, CancellationToken cancellation) =>
        piece.Length == 0 ? Task.CompletedTask : SendAsync(chunked ? ForwardedHead.Chunk(piece) : piece, cancellation);

    private async Task SendAsync(byte[] bytes, CancellationToken cancellation)
    {
        if (_holds || proxy.Defect == Defect.Caches)
        {
            _kept.AddRange(bytes);
        }

        if (_holds || _clientGone)
        {
            return;
        }

        try
        {
            await client.WriteAsync(bytes, cancellation);
        }
        catch (IOException) when (proxy.Leaks)
        {
            _clientGone = true;
        }
    }
}
