using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client.Frames;

/// <summary>
/// The checker's own HTTP/2 connection, frame by frame: for what a client library does not send, and for streams that are not read. A stream's
/// window is given back by halves as it is read, as clients do it; the connection's is as good as endless.
/// </summary>
internal sealed class FrameConnection : IDisposable
{
    private const int LargestWindow = int.MaxValue;
    private const int DefaultWindow = 65_535;
    private const int MaxConcurrentStreams = 3;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly WireLine _line;
    private readonly CancellationToken _cancellation;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<int, FrameStream> _streams = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int?> _mostStreams = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _block = [];
    private int _next = 1;

    private FrameConnection(TargetAddress target, Socket socket, Stream stream, WireTap tap, CancellationToken cancellation)
    {
        (Target, Tap, _socket, _stream, _cancellation) = (target, tap, socket, stream, cancellation);
        _line = new WireLine(tap, "client");
        _line.Note($"connected to {target.EndPoint} (HTTP/2)");
    }

    public TargetAddress Target { get; }

    public WireTap Tap { get; }

    /// <summary>The window that every stream begins with, in bytes.</summary>
    public int Window { get; private init; }

    /// <summary>Completes with how the connection ended.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>Completes with the first settings of the target: how many streams it allows at a time; null is not said.</summary>
    public Task<int?> MostStreams => _mostStreams.Task;

    /// <summary>The error code of a GOAWAY; null while there was none.</summary>
    public int? GoneAway { get; private set; }

    /// <summary>Acknowledged pings.</summary>
    public int Pongs { get; private set; }

    /// <param name="target">By ALPN for https, by prior knowledge for http.</param>
    /// <param name="tap">The case's.</param>
    /// <param name="cancellation">The case's.</param>
    /// <param name="window">The window that every stream begins with, in bytes.</param>
    /// <exception cref="NotSeenException">The target does not accept it, or does not speak HTTP/2 there.</exception>
    public static async Task<FrameConnection> ConnectAsync(TargetAddress target, WireTap tap, CancellationToken cancellation, int window = DefaultWindow)
    {
        var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Patience.ForAsync(token => socket.ConnectAsync(target.EndPoint, token).AsTask(), $"a connection to {target.EndPoint}", null, cancellation);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (target.IsTls)
            {
                var secure = await SecureAsync(stream, target, [SslApplicationProtocol.Http2], cancellation);
                stream = secure.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
                    ? secure : throw new NotSeenException("HTTP/2 was not chosen in the TLS handshake");
            }

            var connection = new FrameConnection(target, socket, stream, tap, cancellation) { Window = window };
            await connection.SendAsync(Bytes.Of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));

            // No dynamic table, so that a status can be read without one; and the window.
            await connection.SendAsync(new Http2Frame(Http2FrameType.Settings, 0, [0, 1, 0, 0, 0, 0, 0, 4, .. Http2Frame.Number(window)]));
            await connection.SendAsync(new Http2Frame(Http2FrameType.WindowUpdate, 0, Http2Frame.Number(LargestWindow - DefaultWindow)));
            _ = connection.ReadAsync();
            return connection;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure is SocketException or IOException
                ? new NotSeenException($"no HTTP/2 connection to {target.EndPoint}: {failure.Message}")
                : failure;
        }
    }

    /// <summary>Whether a target over TLS chooses HTTP/2 when it has the choice.</summary>
    /// <exception cref="NotSeenException">The target does not accept a connection.</exception>
    public static async Task<bool> IsChosenAsync(TargetAddress target, CancellationToken cancellation)
    {
        using var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await Patience.ForAsync(token => socket.ConnectAsync(target.EndPoint, token).AsTask(), $"a connection to {target.EndPoint}", null, cancellation);
            await using var secure = await SecureAsync(
                new NetworkStream(socket), target, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], cancellation);
            return secure.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new NotSeenException($"no connection to {target.EndPoint}: {failure.Message}");
        }
    }

    /// <summary>Sends a request's head; its pseudo fields are made, and replaced by those among the given ones.</summary>
    /// <param name="method">Any.</param>
    /// <param name="target">The path and query, to which the target's own path is added in front.</param>
    /// <param name="fields">Further fields, names and values as they are, one character a byte.</param>
    /// <param name="endStream">Whether no body follows.</param>
    public async Task<FrameStream> OpenAsync(string method, string target, IReadOnlyList<(string Name, string Value)> fields, bool endStream = true)
    {
        (string Name, string Value)[] pseudo =
            [(":method", method), (":scheme", Target.Url.Scheme), (":path", Target.RequestTarget(target)), (":authority", Target.Authority)];
        var stream = new FrameStream(this, _next, _cancellation);
        _next += 2;
        _streams[stream.Id] = stream;
        var block = FieldBlock.Write(
            pseudo.Where(field => fields.All(given => given.Name != field.Name)).Concat(fields.OrderBy(field => !field.Name.StartsWith(':'))));
        await SendAsync(new Http2Frame(Http2FrameType.Headers, stream.Id, block, (byte)(Http2Frame.EndHeaders | (endStream ? Http2Frame.EndStream : 0))));
        return stream;
    }

    public Task SendAsync(Http2Frame frame) => SendAsync(frame.ToBytes());

    /// <summary>Sends bytes. That the peer has closed meanwhile is no error: it is seen by <see cref="Closed"/>.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        _line.Sent(bytes.Span);
        await _writing.WaitAsync(_cancellation);
        try
        {
            await Patience.ForAsync(token => _stream.WriteAsync(bytes, token).AsTask(), "the target to read frames", null, _cancellation);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            _line.Note("the target has closed while it was sent to");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the connection under all its streams (FIN without GOAWAY).</summary>
    public void Drop()
    {
        _line.Note("dropped (FIN)");
        _socket.Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static async Task<SslStream> SecureAsync(
        Stream stream, TargetAddress target, List<SslApplicationProtocol> protocols, CancellationToken cancellation)
    {
#pragma warning disable CA5359 // A target that is tested has a certificate of its own making: who it is is not what is tested.
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        var options = new SslClientAuthenticationOptions { TargetHost = target.Url.Host, ApplicationProtocols = protocols };
        await Patience.ForAsync(token => secure.AuthenticateAsClientAsync(options, token), "the TLS handshake", null, cancellation);
        return secure;
    }

    private async Task ReadAsync()
    {
        var how = "closed (FIN)";
        try
        {
            while (true)
            {
                var frame = await Http2Frame.ReadAsync(_stream, _cancellation);
                _line.Received(frame.ToBytes());
                await TakeAsync(frame);
            }
        }
        catch (EndOfStreamException)
        {
            // Said above.
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException or NotSeenException)
        {
            how = $"broken ({broken.GetBaseException().Message})";
        }

        how = GoneAway is { } code ? $"GOAWAY {code}, then {how}" : how;
        _line.Note(how);
        foreach (var stream in _streams.Values)
        {
            stream.End(Ending.Unclean, null);
        }

        _mostStreams.TrySetResult(null);
        _closed.TrySetResult(how);
    }

    private async Task TakeAsync(Http2Frame frame)
    {
        var stream = _streams.GetValueOrDefault(frame.Stream);
        switch (frame.Type)
        {
            case Http2FrameType.Headers or Http2FrameType.Continuation:
                _block.AddRange(frame.Content());
                if ((frame.Flags & Http2Frame.EndHeaders) != 0)
                {
                    stream?.Head(FieldBlock.ReadStatus(_block.ToArray()));
                    _block.Clear();
                }

                break;
            case Http2FrameType.Data:
                stream?.Receive(frame.Content().ToArray(), frame.Payload.Length);
                break;
            case Http2FrameType.RstStream:
                stream?.End(Ending.Reset, frame.ErrorCode);
                break;
            case Http2FrameType.GoAway:
                GoneAway = frame.ErrorCode;
                break;
            case Http2FrameType.Settings when (frame.Flags & Http2Frame.Acknowledgement) == 0:
                _mostStreams.TrySetResult(frame.Setting(MaxConcurrentStreams));
                await SendAsync(new Http2Frame(Http2FrameType.Settings, 0, [], Http2Frame.Acknowledgement));
                break;
            case Http2FrameType.Ping when (frame.Flags & Http2Frame.Acknowledgement) == 0:
                await SendAsync(new Http2Frame(Http2FrameType.Ping, 0, frame.Payload, Http2Frame.Acknowledgement));
                break;
            case Http2FrameType.Ping:
                Pongs++;
                break;
            default:
                break;
        }

        if (frame.Type is Http2FrameType.Headers or Http2FrameType.Data && (frame.Flags & Http2Frame.EndStream) != 0)
        {
            stream?.End(Ending.Clean, null);
        }
    }
}
