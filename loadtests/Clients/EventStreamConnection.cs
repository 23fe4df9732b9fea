using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SseGateway.Protocol;

namespace LoadTests.Clients;

/// <summary>
/// One event stream over one HTTP/1.1 connection, in a socket and a small buffer: HttpClient takes many times the memory and CPU, which
/// thousands of streams would take away from the gateways on the same machine.
/// </summary>
internal sealed class EventStreamConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer;
    private FrameScanner _scanner;
    private ChunkedBody _body;
    private bool _chunked;

    // Content not consumed yet is at the buffer's beginning, then what was received and is still in chunks.
    private int _content;
    private int _received;

    private EventStreamConnection(int bufferBytes)
    {
        _buffer = new byte[bufferBytes];
        _scanner = new FrameScanner(bufferBytes, skipIgnored: true);
    }

    /// <summary>The last <c>retry</c> of this stream; null for none.</summary>
    public TimeSpan? Retry => _scanner.RetryMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Connects, asks for a stream, and waits for the head of the answer.</summary>
    /// <param name="request">For which.</param>
    /// <param name="lastEventId">Empty for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="StreamRefusedException">The answer is a refusal, in-band or by its status.</exception>
    /// <exception cref="IOException">The answer is something else than a stream.</exception>
    public static async Task<EventStreamConnection> OpenAsync(StreamRequest request, string lastEventId, CancellationToken cancellation)
    {
        var connection = new EventStreamConnection(request.BufferBytes);
        try
        {
            if (request.SocketBytes is { } bytes)
            {
                connection._socket.ReceiveBufferSize = bytes;
            }

            if (request.From is { } address)
            {
                connection._socket.Bind(new System.Net.IPEndPoint(address, 0));
            }

            await connection._socket.ConnectAsync(request.Server, cancellation);
            await connection._socket.SendAsync(Bytes(request, lastEventId), cancellation);
            await connection.ReadHeadAsync(cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads to the end of the stream; after a cancellation it can go on.</summary>
    /// <param name="take">Gets every frame with data or an id.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">The chunks are malformed, or a frame is longer than the buffer.</exception>
    public async Task<StreamEnd> ReadAsync(FrameHandler take, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                _content += _chunked ? _body.Unwrap(_buffer.AsSpan(_content, _received)) : _received;
                Scan(take);
                if (_body.IsComplete)
                {
                    return StreamEnd.Whole;
                }

                _received = 0;
                _received = await ReceiveAsync(_content, cancellation);
                if (_received == 0)
                {
                    return _chunked ? StreamEnd.Cut : StreamEnd.Whole;
                }
            }
        }
        catch (SocketException)
        {
            return StreamEnd.Cut;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Bytes(StreamRequest request, string lastEventId)
    {
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{request.Method} {request.Path} HTTP/1.1\r\nHost: {request.Server}\r\n")
            .Append("Accept: text/event-stream\r\nCache-Control: no-cache\r\n");
        foreach (var field in request.Fields)
        {
            head.Append(field).Append("\r\n");
        }

        if (lastEventId.Length > 0)
        {
            head.Append("Last-Event-ID: ").Append(lastEventId).Append("\r\n");
        }

        if (request.Body.Length > 0)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {request.Body.Length}\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. request.Body];
    }

    private void Scan(FrameHandler take)
    {
        var start = 0;
        FrameScanStatus status;
        do
        {
            status = _scanner.TryRead(_buffer.AsSpan(start, _content - start), out var frame, out var consumed);
            start += consumed;
            if (status == FrameScanStatus.Frame)
            {
                take(frame);
            }
        }
        while (status == FrameScanStatus.Frame);

        _content -= start;
        Buffer.BlockCopy(_buffer, start, _buffer, 0, _content);
    }

    private async Task ReadHeadAsync(CancellationToken cancellation)
    {
        var length = 0;
        int end;
        while ((end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var received = await ReceiveAsync(length, cancellation);
            if (received == 0)
            {
                throw new IOException("the connection was closed before the answer");
            }

            length += received;
        }

        var head = new ResponseHead(Encoding.ASCII.GetString(_buffer, 0, end));
        _received = length - (end + 4);
        Buffer.BlockCopy(_buffer, end + 4, _buffer, 0, _received);
        _chunked = head.IsChunked;
        if (head.Status is 429 or 503)
        {
            throw new StreamRefusedException(head.Status, head.RetryAfter);
        }

        if (head.Status != 200 || !head.IsEventStream)
        {
            throw new IOException("the answer is no stream: " + head.Text.ReplaceLineEndings(" | "));
        }

        // A stream of a known length is over already: it tells a browser, which gives up on other statuses, to come back later.
        if (head.ContentLength is { } whole)
        {
            await ReadRefusalAsync(whole, cancellation);
        }
    }

    private async Task ReadRefusalAsync(int length, CancellationToken cancellation)
    {
        while (_received < length)
        {
            var more = await ReceiveAsync(_received, cancellation);
            _received += more > 0 ? more : throw new IOException("a refusal was cut");
        }

        _content = length;
        Scan(static _ => { });
        throw new StreamRefusedException(200, Retry);
    }

    private ValueTask<int> ReceiveAsync(int at, CancellationToken cancellation) => at < _buffer.Length
        ? _socket.ReceiveAsync(_buffer.AsMemory(at), cancellation)
        : throw new InvalidDataException($"A head or a frame of more than {_buffer.Length} bytes.");
}
