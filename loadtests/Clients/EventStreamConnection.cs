using System.Net;
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
    // The response head, and frames that came together.
    private const int BufferBytes = 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[BufferBytes];
    private FrameScanner _scanner = new(BufferBytes, skipIgnored: true);
    private ChunkedBody _body;

    // Content not consumed yet is at the buffer's beginning, then what was received and is still in chunks.
    private int _content;
    private int _received;

    private EventStreamConnection()
    {
    }

    /// <summary>The last <c>retry</c> of this stream in milliseconds; null for none.</summary>
    public int? RetryMilliseconds => _scanner.RetryMilliseconds;

    /// <summary>Connects, asks for a stream, and waits for the head of the answer.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="lastEventId">Null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="IOException">The answer is no stream: another status than 200, or a body of a known length (a refusal in-band).</exception>
    public static async Task<EventStreamConnection> OpenAsync(IPEndPoint server, string path, long? lastEventId, CancellationToken cancellation)
    {
        var connection = new EventStreamConnection();
        try
        {
            await connection._socket.ConnectAsync(server, cancellation);
            var resume = lastEventId is { } id ? $"Last-Event-ID: {id}\r\n" : "";
            var request = $"GET {path} HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n{resume}\r\n";
            await connection._socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellation);
            await connection.ReadHeadAsync(cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads to the end of the stream.</summary>
    /// <param name="take">Gets every frame with data or an id.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">The chunks are malformed, or a frame is longer than the buffer.</exception>
    public async Task<StreamEnd> ReadAsync(FrameHandler take, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                _content += _body.Unwrap(_buffer.AsSpan(_content, _received));
                Scan(take);
                if (_body.IsComplete)
                {
                    return StreamEnd.Whole;
                }

                _received = await ReceiveAsync(_content, cancellation);
                if (_received == 0)
                {
                    return StreamEnd.Cut;
                }
            }
        }
        catch (SocketException)
        {
            return StreamEnd.Cut;
        }
    }

    public void Dispose() => _socket.Dispose();

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

        var head = Encoding.ASCII.GetString(_buffer, 0, end);
        if (!head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || !head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException("the answer is no stream: " + head.ReplaceLineEndings(" | "));
        }

        _received = length - (end + 4);
        Buffer.BlockCopy(_buffer, end + 4, _buffer, 0, _received);
    }

    private ValueTask<int> ReceiveAsync(int at, CancellationToken cancellation) => at < _buffer.Length
        ? _socket.ReceiveAsync(_buffer.AsMemory(at), cancellation)
        : throw new InvalidDataException($"A head or a frame of more than {BufferBytes} bytes.");
}
