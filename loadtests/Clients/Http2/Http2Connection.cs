using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LoadTests.Clients.Connecting;
using SseGateway.Harness.Client.Frames;

namespace LoadTests.Clients.Http2;

/// <summary>
/// A connection for many streams (RFC 9113), as a browser or a proxy in front of the gateway has: as little as it takes to ask for streams and to read
/// them, without a task or an allocation for an event.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    private const int HeadBytes = 9;

    // What a peer may send at most unless it is told otherwise.
    private const int MostPayload = 16 * 1024;
    private const int DefaultWindow = 65_535;

    // The connection's own window is no limit: that of each stream is.
    private const int Window = int.MaxValue;
    private const int GiveBackBytes = Window / 2;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly FrameOutput _output;
    private readonly string _scheme;
    private readonly string _authority;
    private readonly Action<Http2Connection> _changed;
    private readonly TaskCompletionSource _settings = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards the four below.
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private int _next = 1;
    private int _most;
    private bool _isOver;

    // Of the one who reads alone.
    private readonly ArrayBufferWriter<byte> _block = new();
    private bool _endsWithHead;
    private int _used;

    private Http2Connection(StreamRequest first, Socket socket, Stream stream, int most, Action<Http2Connection> changed)
    {
        (_socket, _stream, _most, _changed) = (socket, stream, most, changed);
        (_scheme, _authority) = (first.IsTls ? "https" : "http", first.Server.ToString());
        _output = new FrameOutput(stream, socket.Dispose);
    }

    /// <summary>Whether another stream can be asked for.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return !_isOver && _streams.Count < _most;
            }
        }
    }

    /// <summary>Streams at a time that it takes.</summary>
    public int Most
    {
        get
        {
            lock (_gate)
            {
                return _most;
            }
        }
    }

    /// <summary>Whether it is no more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Connects, and waits for what the server allows.</summary>
    /// <param name="first">A request to the server; what is asked for is another matter.</param>
    /// <param name="from">The address it comes from; null is as the system likes.</param>
    /// <param name="most">Streams at a time; fewer when the server allows fewer.</param>
    /// <param name="changed">Told when there may be room again, and when it is closed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="IOException">The server does not speak HTTP/2, or allows no stream.</exception>
    public static async Task<Http2Connection> ConnectAsync(
        StreamRequest first, IPAddress? from, int most, Action<Http2Connection> changed, CancellationToken cancellation)
    {
        var socket = LoopbackSocket.Create(from);
        try
        {
            await socket.ConnectAsync(first.Server, cancellation);
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (first.IsTls)
            {
                stream = await LoopbackTls.SecureAsync(stream, first.Server, SslApplicationProtocol.Http2, cancellation);
            }

            var connection = new Http2Connection(first, socket, stream, most, changed);
            connection.Greet();
            _ = connection.ReadAsync();
            await connection._settings.Task.WaitAsync(cancellation);
            return connection.HasRoom ? connection : throw new IOException("the server allows no stream");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks for a stream.</summary>
    /// <returns>Null when there is no room for it.</returns>
    public Http2Stream? TryOpen(StreamRequest request, string lastEventId)
    {
        var head = FieldBlock.Write(
        [
            (":method", request.Method), (":scheme", _scheme), (":path", request.Path), (":authority", _authority), .. request.FieldsWith(lastEventId),
        ]);
        lock (_gate)
        {
            if (_isOver || _streams.Count >= _most)
            {
                return null;
            }

            var stream = new Http2Stream(this, _next, request);
            _streams.Add(_next, stream);

            // In here: numbers must come in order.
            _output.SendRequest(_next, head, request.Body);
            _next += 2;
            return stream;
        }
    }

    /// <summary>A stream's client has left it.</summary>
    public void Leave(int stream)
    {
        if (Remove(stream) is not null)
        {
            _output.Send(Http2FrameType.RstStream, stream, Http2Frame.Cancel(stream).Payload);
            _changed(this);
        }
    }

    /// <summary>A stream can take so many bytes more.</summary>
    public void GiveBack(int stream, int bytes) => _output.SendNumber(Http2FrameType.WindowUpdate, stream, bytes);

    public void Dispose() => _socket.Dispose();

    private void Greet()
    {
        _output.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);

        // No table of fields, and no pushes (RFC 9113, section 6.5.2).
        _output.Send(Http2FrameType.Settings, 0, [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
        _output.SendNumber(Http2FrameType.WindowUpdate, 0, Window - DefaultWindow);
    }

    private async Task ReadAsync()
    {
        var why = "the connection was closed";
        byte[]? buffer = null;
        var length = 0;
        try
        {
            while (true)
            {
                // Nobody holds a buffer while nothing comes: not TLS, and not this.
                _ = await _stream.ReadAsync(Memory<byte>.Empty);
                buffer ??= ArrayPool<byte>.Shared.Rent(2 * (HeadBytes + MostPayload));
                var read = await _stream.ReadAsync(buffer.AsMemory(length));
                if (read == 0)
                {
                    break;
                }

                length += read;
                var taken = TakeFrames(buffer.AsSpan(0, length));
                length -= taken;
                Buffer.BlockCopy(buffer, taken, buffer, 0, length);
                if (length == 0)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidDataException
            or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            why = $"the connection is broken: {broken.Message}";
        }

        End(why);
    }

    private void End(string why)
    {
        Http2Stream[] cut;
        lock (_gate)
        {
            _isOver = true;
            cut = [.. _streams.Values];
            _streams.Clear();
        }

        IsClosed = true;
        _socket.Dispose();
        _stream.Dispose();
        _settings.TrySetException(new IOException(why));
        foreach (var stream in cut)
        {
            stream.TakeEnd(StreamEnd.Cut, why);
        }

        _changed(this);
    }

    private int TakeFrames(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (bytes.Length >= HeadBytes)
        {
            var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8);
            if (length > MostPayload)
            {
                throw new InvalidDataException($"A frame of {length} bytes.");
            }

            if (bytes.Length < HeadBytes + length)
            {
                break;
            }

            Take((Http2FrameType)bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue, bytes.Slice(HeadBytes, length));
            taken += HeadBytes + length;
            bytes = bytes[(HeadBytes + length)..];
        }

        return taken;
    }

    private void Take(Http2FrameType type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case Http2FrameType.Data:
                _used += payload.Length;
                if (_used > GiveBackBytes)
                {
                    GiveBack(0, _used);
                    _used = 0;
                }

                Find(id)?.TakeBody(Content(type, flags, payload), payload.Length);
                EndIf((flags & Http2Frame.EndStream) != 0, id);
                break;
            case Http2FrameType.Headers or Http2FrameType.Continuation:
                _endsWithHead = type == Http2FrameType.Headers ? (flags & Http2Frame.EndStream) != 0 : _endsWithHead;
                _block.Write(Content(type, flags, payload));
                if ((flags & Http2Frame.EndHeaders) != 0)
                {
                    Find(id)?.TakeHead(FieldReader.ReadHead(_block.WrittenSpan));
                    _block.ResetWrittenCount();
                    EndIf(_endsWithHead, id);
                }

                break;
            case Http2FrameType.RstStream:
                End(id, StreamEnd.Cut, $"the stream was reset with code {BinaryPrimitives.ReadInt32BigEndian(payload)}");
                break;
            case Http2FrameType.GoAway:
                GoAway(BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue, BinaryPrimitives.ReadInt32BigEndian(payload[4..]));
                break;
            case Http2FrameType.Settings when (flags & Http2Frame.Acknowledgement) == 0:
                TakeSettings(payload);
                _output.Send(Http2FrameType.Settings, 0, [], Http2Frame.Acknowledgement);
                break;
            case Http2FrameType.Ping when (flags & Http2Frame.Acknowledgement) == 0:
                _output.Send(Http2FrameType.Ping, 0, payload, Http2Frame.Acknowledgement);
                break;
            default:
                // A window of the server's: requests are far smaller than what it begins with.
                break;
        }
    }

    private static ReadOnlySpan<byte> Content(Http2FrameType type, byte flags, ReadOnlySpan<byte> payload)
    {
        if ((flags & Http2Frame.Padded) != 0 && type != Http2FrameType.Continuation)
        {
            payload = payload[1..^payload[0]];
        }

        return (flags & Http2Frame.Priority) != 0 && type == Http2FrameType.Headers ? payload[5..] : payload;
    }

    private void TakeSettings(ReadOnlySpan<byte> payload)
    {
        const int MaxConcurrentStreams = 3;
        for (; payload.Length >= 6; payload = payload[6..])
        {
            if (BinaryPrimitives.ReadInt16BigEndian(payload) == MaxConcurrentStreams)
            {
                lock (_gate)
                {
                    _most = (int)Math.Min((uint)_most, BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
                }
            }
        }

        _settings.TrySetResult();
    }

    private void GoAway(int last, int code)
    {
        int[] late;
        bool idle;
        lock (_gate)
        {
            _isOver = true;
            late = [.. _streams.Keys.Where(id => id > last)];
            idle = _streams.Count == 0;
        }

        if (idle)
        {
            _socket.Dispose();
        }

        foreach (var id in late)
        {
            End(id, StreamEnd.Cut, $"the server goes away, with code {code}, and has not looked at the request");
        }
    }

    private void EndIf(bool last, int id)
    {
        if (last)
        {
            End(id, StreamEnd.Whole, "the stream ended without an answer");
        }
    }

    private void End(int id, StreamEnd end, string why)
    {
        if (Remove(id) is { } stream)
        {
            stream.TakeEnd(end, why);
            _changed(this);
        }
    }

    private Http2Stream? Find(int id)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(id);
        }
    }

    private Http2Stream? Remove(int id)
    {
        bool last;
        Http2Stream? stream;
        lock (_gate)
        {
            _streams.Remove(id, out stream);
            last = _isOver && _streams.Count == 0;
        }

        if (last)
        {
            // The server has said that it goes; this was what it waited for.
            _socket.Dispose();
        }

        return stream;
    }
}
