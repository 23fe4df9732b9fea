using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Origin;

/// <summary>An origin over HTTP/2 in cleartext that answers every request with the same frames: for what a server's library does not send.</summary>
internal sealed class FrameOrigin : IAsyncDisposable
{
    // PRI * HTTP/2.0 and the rest of the preface (RFC 9113, section 3.4).
    private const int PrefaceBytes = 24;

    private readonly Socket _listener;
    private readonly Func<int, IEnumerable<Http2Frame>> _answer;
    private readonly WireTap _tap;
    private readonly CancellationTokenSource _stopping;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    /// <param name="at">Where it listens.</param>
    /// <param name="answer">The frames of an answer, by the stream's number.</param>
    /// <param name="tap">The case's.</param>
    /// <param name="cancellation">The case's.</param>
    public FrameOrigin(IPEndPoint at, Func<int, IEnumerable<Http2Frame>> answer, WireTap tap, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(at);
        (_answer, _tap) = (answer, tap);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(at);
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _connections]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _connections.Add(ServeAsync(await _listener.AcceptAsync(_stopping.Token)));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var line = new WireLine(_tap, "origin");
        line.Note("accepted (HTTP/2)");
        await stream.ReadExactlyAsync(new byte[PrefaceBytes], _stopping.Token);
        await SendAsync(stream, line, [new Http2Frame(Http2FrameType.Settings, 0, [])]);
        while (true)
        {
            var frame = await Http2Frame.ReadAsync(stream, _stopping.Token);
            line.Received(frame.ToBytes());
            await (frame.Type switch
            {
                Http2FrameType.Settings when (frame.Flags & Http2Frame.Acknowledgement) == 0 =>
                    SendAsync(stream, line, [frame with { Payload = [], Flags = Http2Frame.Acknowledgement }]),
                Http2FrameType.Ping when (frame.Flags & Http2Frame.Acknowledgement) == 0 =>
                    SendAsync(stream, line, [frame with { Flags = Http2Frame.Acknowledgement }]),
                Http2FrameType.Headers or Http2FrameType.Continuation when (frame.Flags & Http2Frame.EndHeaders) != 0 =>
                    SendAsync(stream, line, _answer(frame.Stream)),
                _ => Task.CompletedTask,
            });
        }
    }

    private async Task SendAsync(NetworkStream stream, WireLine line, IEnumerable<Http2Frame> frames)
    {
        byte[] bytes = [.. frames.SelectMany(frame => frame.ToBytes())];
        line.Sent(bytes);
        await stream.WriteAsync(bytes, _stopping.Token);
    }
}
