using System.Globalization;
using System.Net.Sockets;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>A client's connection: its requests one after the other, each on an upstream connection of its own.</summary>
internal sealed class ForwardedConnection(ForwardingProxy proxy, Socket client) : IDisposable
{
    private readonly NetworkStream _stream = new(client);
    private MessageReader _reader = null!;
    private bool _answered;

    public async Task ServeAsync(CancellationToken cancellation)
    {
        _reader = new MessageReader(_stream);
        while (await _reader.ReadHeadAsync(cancellation) is { } request)
        {
            if (ForwardedHead.Refuse(request) is var refused && refused != 0)
            {
                await AnswerAsync(refused, cancellation);
                client.Shutdown(SocketShutdown.Send);
                await _reader.ReadUntilClosedAsync(cancellation);
                return;
            }

            _reader.BeginRequestBody(request);
            if (proxy.Defect == Defect.Caches && request.Method == "GET" && proxy.Cache.TryGetValue(request.Target, out var kept))
            {
                await _stream.WriteAsync(kept, cancellation);
                continue;
            }

            if (!await ForwardAsync(request, cancellation) || request.Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase))
            {
                return;
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    // Whether the next request may come.
    private async Task<bool> ForwardAsync(MessageHead request, CancellationToken cancellation)
    {
        _answered = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await ExchangeAsync(request, cancellation) is { } goesOn)
                {
                    return goesOn;
                }
            }
            catch (Exception broken) when (broken is SocketException or IOException && !_answered)
            {
                // No answer.
            }

            if (attempt > MostRepeats(request))
            {
                await (ForwardedHead.IsPage(request) && proxy.Defect != Defect.EndsPagesWhenTheUpstreamIsAway
                    ? AskAgainLaterAsync(cancellation) : AnswerAsync(502, cancellation));
                return false;
            }
        }
    }

    private int MostRepeats(MessageHead request) => (proxy.Defect, request.Method) switch
    {
        (Defect.RepeatsPosts, "POST") => 1,
        (Defect.RepeatsGets, "GET") => 2,
        _ => 0,
    };

    // Null when the upstream closed without an answer.
    private async Task<bool?> ExchangeAsync(MessageHead request, CancellationToken cancellation)
    {
        if (proxy.Defect == Defect.HoldsPlacesOfLeavers)
        {
            await proxy.Places.WaitAsync(cancellation);
        }

        var socket = proxy.TakeKept() ?? await proxy.DialAsync(cancellation);
        var isKept = false;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await using var upstream = new NetworkStream(socket);
            string[] framing = request.IsChunked ? ["Transfer-Encoding: chunked"] : request.ContentLength is { } length ? [$"Content-Length: {length}"] : [];
            string[] coding = proxy.Defect == Defect.AsksForCompression ? ["Accept-Encoding: gzip"] : [];
            var head = ForwardedHead.Write(request.StartLine, request, framing.Concat(coding), proxy.Defect);
            await upstream.WriteAsync(head, cancellation);
            var sending = SendBodyAndWatchAsync(request, socket, upstream, over.Token);
            var answer = new ForwardedAnswer(
                proxy, request, new MessageReader(upstream), _stream, () => _answered = true, token => AskAgainAsync(head, token));
            var ending = await answer.PassAsync(over.Token);
            if (ending is null)
            {
                return null;
            }

            if (ending != Ending.Clean)
            {
                // Unclean for the client too.
                client.Close();
            }

            isKept = proxy.Defect == Defect.ReusesTheConnectionOfAHead && request.Method == "HEAD";
            return ending == Ending.Clean && sending.IsCompleted is var sent && (sent || !HasBody(request));
        }
        finally
        {
            await over.CancelAsync();
            if (proxy.Defect == Defect.HoldsPlacesOfLeavers)
            {
                proxy.Places.Release();
            }

            if (isKept)
            {
                proxy.Keep(socket);
            }
            else if (!proxy.Leaks || !LeftByClient())
            {
                proxy.Forget(socket);
            }
        }
    }

    private static bool HasBody(MessageHead request) => request.IsChunked || request.ContentLength > 0;

    private bool LeftByClient() => _reader.Closed is not null || !client.Connected;

    // The request's body, then a look whether the client is still there.
    private async Task SendBodyAndWatchAsync(MessageHead request, Socket socket, NetworkStream upstream, CancellationToken cancellation)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var (count, ending) = await _reader.ReadBodyAsync(buffer, cancellation);
                if (ending is not null)
                {
                    if (ending != Ending.Clean)
                    {
                        Leave(socket);
                        return;
                    }

                    if (request.IsChunked)
                    {
                        await upstream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellation);
                    }

                    break;
                }

                if (count > 0)
                {
                    await upstream.WriteAsync(request.IsChunked ? ForwardedHead.Chunk(buffer.AsSpan(0, count)) : buffer.AsMemory(0, count), cancellation);
                }
            }

            if (!proxy.Leaks && await _reader.LookAheadAsync(cancellation) != Arrival.Bytes)
            {
                Leave(socket);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The answer is over, or the upstream is gone, which who reads it sees.
        }
    }

    private void Leave(Socket socket)
    {
        proxy.Forget(socket);
        client.Close();
    }

    // The stream of the defect that has it go on: with its head read.
    private async Task<MessageReader> AskAgainAsync(byte[] head, CancellationToken cancellation)
    {
        var stream = new NetworkStream(await proxy.DialAsync(cancellation), ownsSocket: true);
        await stream.WriteAsync(head, cancellation);
        var reader = new MessageReader(stream);
        reader.BeginResponseBody(await reader.ReadHeadAsync(cancellation) ?? throw new IOException("closed"), noBody: false);
        return reader;
    }

    // To a page any status but 200 is the last one.
    private Task AskAgainLaterAsync(CancellationToken cancellation) => _stream.WriteAsync(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 12\r\nConnection: close\r\n\r\nretry: 300\n\n"u8.ToArray(),
        cancellation).AsTask();

    private Task AnswerAsync(int status, CancellationToken cancellation) => _stream.WriteAsync(
        Bytes.Of(
            $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} Refused\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\n"
                + "refused"), cancellation).AsTask();
}
