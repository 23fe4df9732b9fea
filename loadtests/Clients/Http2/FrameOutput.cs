using System.Buffers;
using System.Buffers.Binary;
using SseGateway.Harness.Client.Frames;

namespace LoadTests.Clients.Http2;

/// <summary>
/// What a connection has to say: frames of all its streams are gathered while the last ones are written, so nobody waits for a write, the one
/// who reads least of all.
/// </summary>
/// <param name="stream">Where they go.</param>
/// <param name="broken">Told when they do not.</param>
internal sealed class FrameOutput(Stream stream, Action broken)
{
    // A server that takes less than this is not one any more; a request takes some 200 bytes.
    private const int MostBytes = 4 * 1024 * 1024;
    private const int HeadBytes = 9;

    // Guards all below.
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _next = new();
    private ArrayBufferWriter<byte> _writing = new();
    private bool _isWriting;
    private bool _isOver;

    /// <summary>Sends bytes that are no frame of their own.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _next.Write(bytes);
            Begin();
        }
    }

    public void Send(Http2FrameType type, int id, ReadOnlySpan<byte> payload, byte flags = 0)
    {
        lock (_gate)
        {
            Add(type, id, payload, flags);
            Begin();
        }
    }

    /// <summary>A request, whole.</summary>
    public void SendRequest(int id, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            Add(Http2FrameType.Headers, id, head, (byte)(Http2Frame.EndHeaders | (body.IsEmpty ? Http2Frame.EndStream : 0)));
            if (!body.IsEmpty)
            {
                Add(Http2FrameType.Data, id, body, Http2Frame.EndStream);
            }

            Begin();
        }
    }

    public void SendNumber(Http2FrameType type, int id, int number)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        Send(type, id, payload);
    }

    private void Add(Http2FrameType type, int id, ReadOnlySpan<byte> payload, byte flags)
    {
        var frame = _next.GetSpan(HeadBytes + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame[5..], id);
        payload.CopyTo(frame[HeadBytes..]);
        _next.Advance(HeadBytes + payload.Length);
    }

    private void Begin()
    {
        if (_isOver)
        {
            _next.ResetWrittenCount();
        }
        else if (_next.WrittenCount > MostBytes)
        {
            _isOver = true;
            broken();
        }
        else if (!_isWriting)
        {
            _isWriting = true;
            _ = Task.Run(WriteAsync);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (TryTake(out var bytes))
            {
                await stream.WriteAsync(bytes);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            lock (_gate)
            {
                _isOver = true;
            }

            broken();
        }
    }

    private bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            _writing.ResetWrittenCount();
            (_writing, _next) = (_next, _writing);
            bytes = _writing.WrittenMemory;
            return _isWriting = !bytes.IsEmpty;
        }
    }
}
