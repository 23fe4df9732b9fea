using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client;

/// <summary>The checker's HTTP/1.1 connection to the target: sends any bytes, reads an answer piece by piece, leaves by FIN or by reset.</summary>
internal sealed class ClientConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly WireTap _tap;
    private readonly CancellationToken _cancellation;

    private ClientConnection(TargetAddress target, Socket socket, Stream stream, WireTap tap, CancellationToken cancellation)
    {
        (Target, _socket, _stream, _tap, _cancellation) = (target, socket, stream, tap, cancellation);
        Line = new WireLine(tap, "client");
        Line.Note($"connected to {target.EndPoint}");
        Reader = new MessageReader(stream, Line);
    }

    public TargetAddress Target { get; }

    public WireLine Line { get; }

    public MessageReader Reader { get; }

    /// <param name="target">Whom to.</param>
    /// <param name="tap">The case's.</param>
    /// <param name="cancellation">The case's.</param>
    /// <param name="from">Any address of 127.0.0.0/8, to be another client; null is left to the system.</param>
    /// <exception cref="NotSeenException">The target does not accept it.</exception>
    public static async Task<ClientConnection> ConnectAsync(TargetAddress target, WireTap tap, CancellationToken cancellation, IPAddress? from = null)
    {
        var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await Patience.ForAsync(token => socket.ConnectAsync(target.EndPoint, token).AsTask(), $"a connection to {target.EndPoint}", null, cancellation);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (target.IsTls)
            {
                stream = await SecureAsync(stream, target, cancellation);
            }

            return new ClientConnection(target, socket, stream, tap, cancellation);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure is SocketException refused ? new NotSeenException($"no connection to {target.EndPoint}: {refused.Message}") : failure;
        }
    }

    /// <summary>Sends a request: the start line, Host, the given field lines, and a body with its length.</summary>
    /// <param name="method">Any.</param>
    /// <param name="target">The path and query, to which the target's own path is added in front.</param>
    /// <param name="fields">Further lines, one character a byte; a <c>Host:</c> among them replaces ours.</param>
    /// <param name="body">Null for none.</param>
    public Task SendRequestAsync(string method, string target, IReadOnlyList<string> fields, ReadOnlyMemory<byte>? body = null)
    {
        string[] host = fields.Any(field => field.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? [] : [$"Host: {Target.Authority}"];
        string[] length = body is { } sent ? [$"Content-Length: {sent.Length}"] : [];
        var head =
            $"{method} {Target.RequestTarget(target)} HTTP/1.1\r\n{string.Concat(host.Concat(fields).Concat(length).Select(field => field + "\r\n"))}\r\n";
        return SendAsync((byte[])[.. Bytes.Of(head), .. (body ?? default).Span]);
    }

    /// <summary>Sends bytes, one character each.</summary>
    public Task SendAsync(string wire) => SendAsync(Bytes.Of(wire));

    /// <summary>Sends bytes. That the peer has closed meanwhile is no error: its answer may lie in the receive buffer.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Line.Sent(bytes.Span);
        try
        {
            await Patience.ForAsync(token => _stream.WriteAsync(bytes, token).AsTask(), "the target to read the request", null, _cancellation);
        }
        catch (IOException)
        {
            Line.Note("the target has closed while it was sent to");
        }
    }

    /// <summary>The next final answer, its body unread. 1xx answers are kept in it.</summary>
    /// <param name="toHead">True when the request was HEAD.</param>
    /// <param name="limit">How long that may take.</param>
    /// <exception cref="NotSeenException">No head came, or the target closed without one.</exception>
    public async Task<ClientResponse> ReadResponseAsync(bool toHead = false, TimeSpan? limit = null) =>
        await TryReadResponseAsync(toHead, limit) ?? throw new NotSeenException("the target closed without an answer");

    /// <summary>As <see cref="ReadResponseAsync"/>; null when the target closed without an answer.</summary>
    public async Task<ClientResponse?> TryReadResponseAsync(bool toHead = false, TimeSpan? limit = null)
    {
        var response = new ClientResponse(this, toHead, _tap, _cancellation);
        return await Patience.ForAsync(response.ReadHeadAsync, "the head of the answer", limit, _cancellation) ? response : null;
    }

    /// <summary>
    /// As <see cref="ReadResponseAsync"/>, but a head that does not come is no failure yet: some targets hold it back until the body begins, which
    /// is what one case is about and not all others.
    /// </summary>
    public async Task<ClientResponse> ReadResponseOrWaitAsync(TimeSpan limit)
    {
        var response = new ClientResponse(this, toHead: false, _tap, _cancellation);
        try
        {
            return await Patience.ForAsync(response.ReadHeadAsync, "the head of the answer", limit, _cancellation)
                ? response
                : throw new NotSeenException("the target closed without an answer");
        }
        catch (NotSeenException) when (!response.HasHead && Reader.Closed is null)
        {
            Line.Note("no head yet");
            return response;
        }
    }

    /// <summary>Closes the sending side and reads on.</summary>
    public void HalfClose()
    {
        Line.Note("half closed (FIN)");
        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Leaves by FIN.</summary>
    public void Leave()
    {
        Line.Note("left (FIN)");
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Gone already.
        }

        _stream.Dispose();
    }

    /// <summary>Leaves by TCP reset.</summary>
    public void Reset()
    {
        Line.Note("left (RST)");
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _stream.Dispose();

    // A target that is tested has a certificate of its own making: who it is is not what is tested.
    private static async Task<Stream> SecureAsync(Stream stream, TargetAddress target, CancellationToken cancellation)
    {
#pragma warning disable CA5359 // Stated above.
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await Patience.ForAsync(
            token => secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = target.Url.Host,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                },
                token),
            "the TLS handshake",
            null,
            cancellation);
        return secure;
    }
}
