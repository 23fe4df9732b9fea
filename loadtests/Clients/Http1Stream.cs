using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LoadTests.Clients.Connecting;

namespace LoadTests.Clients;

/// <summary>A stream that has an HTTP/1.1 connection for itself, in the clear or over TLS: a socket and a small buffer.</summary>
internal sealed class Http1Stream : EventStreamConnection
{
    private readonly Socket _socket;
    private readonly FrameBuffer _frames;
    private SslStream? _tls;
    private ChunkedBody _body;
    private bool _chunked;

    // What has come and is still in chunks, at the beginning of what the frames leave.
    private int _received;

    private Http1Stream(StreamRequest request)
    {
        _socket = LoopbackSocket.Create(request.From, request.SocketBytes);
        _frames = new FrameBuffer(request.BufferBytes, request.Comments);
    }

    public override TimeSpan? Retry => _frames.Retry;

    /// <inheritdoc cref="EventStreamConnection.OpenAsync"/>
    public static new async Task<Http1Stream> OpenAsync(StreamRequest request, string lastEventId, CancellationToken cancellation)
    {
        var stream = new Http1Stream(request);
        try
        {
            await stream._socket.ConnectAsync(request.Server, cancellation);
            var bytes = Bytes(request, lastEventId);
            if (request.IsTls)
            {
                stream._tls = await LoopbackTls.SecureAsync(
                    new NetworkStream(stream._socket, ownsSocket: false), request.Server, SslApplicationProtocol.Http11, cancellation);
                await stream._tls.WriteAsync(bytes, cancellation);
            }
            else
            {
                await stream._socket.SendAsync(bytes, cancellation);
            }

            await stream.ReadHeadAsync(cancellation);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public override async Task<StreamEnd> ReadAsync(FrameHandler take, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                _frames.Scan(_chunked ? _body.Unwrap(_frames.Rest.Span[.._received]) : _received, take);
                _received = 0;
                if (_body.IsComplete)
                {
                    return StreamEnd.Whole;
                }

                _received = await ReceiveAsync(_frames.Rest, cancellation);
                if (_received == 0)
                {
                    return _chunked ? StreamEnd.Cut : StreamEnd.Whole;
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            return StreamEnd.Cut;
        }
    }

    public override void Dispose()
    {
        // The socket first: what TLS would say at the end nobody waits for.
        _socket.Dispose();
        _tls?.Dispose();
    }

    private static byte[] Bytes(StreamRequest request, string lastEventId)
    {
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{request.Method} {request.Path} HTTP/1.1\r\nHost: {request.Server}\r\n");
        foreach (var (name, value) in request.FieldsWith(lastEventId))
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. request.Body];
    }

    private async Task ReadHeadAsync(CancellationToken cancellation)
    {
        var (bytes, length) = (_frames.Rest, 0);
        int end;
        while ((end = bytes.Span[..length].IndexOf("\r\n\r\n"u8)) < 0)
        {
            var received = length < bytes.Length
                ? await ReceiveAsync(bytes[length..], cancellation)
                : throw new InvalidDataException($"A head of more than {length} bytes.");
            length += received > 0 ? received : throw new IOException("the connection was closed before the answer");
        }

        var head = new ResponseHead(Encoding.ASCII.GetString(bytes.Span[..end]));
        _received = length - (end + 4);
        bytes[(end + 4)..length].CopyTo(bytes);
        _chunked = head.IsChunked;
        head.RequireStream();
        Head = head;

        // A stream of a known length is over already: it tells a browser, which gives up on other statuses, to come back later.
        if (head.ContentLength is { } whole)
        {
            await ReadRefusalAsync(bytes, whole, cancellation);
        }
    }

    private async Task ReadRefusalAsync(Memory<byte> bytes, int length, CancellationToken cancellation)
    {
        while (_received < length)
        {
            var more = await ReceiveAsync(bytes[_received..], cancellation);
            _received += more > 0 ? more : throw new IOException("a refusal was cut");
        }

        _frames.Scan(length, static _ => { });
        throw new StreamRefusedException((int)HttpStatusCode.OK, Retry);
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellation) =>
        _tls is null ? _socket.ReceiveAsync(into, cancellation) : ReceiveSecureAsync(_tls, into, cancellation);

    // While it waits for nothing in particular, TLS holds no buffer of 16 KB.
    private static async ValueTask<int> ReceiveSecureAsync(SslStream tls, Memory<byte> into, CancellationToken cancellation)
    {
        _ = await tls.ReadAsync(Memory<byte>.Empty, cancellation);
        return await tls.ReadAsync(into, cancellation);
    }
}
