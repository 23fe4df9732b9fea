using System.Buffers;
using System.Net;

namespace LoadTests.Clients.Http2;

/// <summary>
/// A stream beside others on a connection, which hands it its bytes as they come: while somebody reads, frames are taken from them at once, without
/// a task for each; while nobody does, they wait here, and no more come than the stream's window lets through.
/// </summary>
internal sealed class Http2Stream(Http2Connection connection, int id, StreamRequest request) : EventStreamConnection
{
    // Of a window of 64 KB that everybody begins with: given back when half of it is used up.
    private const int GiveBackBytes = 32 * 1024;

    private readonly TaskCompletionSource<ResponseHead> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards all below. Frames are taken within it.
    private readonly Lock _gate = new();
    private readonly FrameBuffer _frames = new(request.BufferBytes, request.Comments);
    private ArrayBufferWriter<byte>? _unread;
    private FrameHandler? _take;
    private TaskCompletionSource<StreamEnd>? _reading;
    private StreamEnd? _end;
    private int _used;

    public override TimeSpan? Retry
    {
        get
        {
            lock (_gate)
            {
                return _frames.Retry;
            }
        }
    }

    /// <summary>Waits for the head of the answer.</summary>
    /// <inheritdoc cref="EventStreamConnection.OpenAsync"/>
    public async Task RequireStreamAsync(CancellationToken cancellation)
    {
        var head = await _head.Task.WaitAsync(cancellation);
        head.RequireStream();
        Head = head;

        // As over HTTP/1.1: a stream of a known length is a refusal.
        if (head.ContentLength is not null)
        {
            var end = await ReadAsync(static _ => { }, cancellation);
            throw end == StreamEnd.Whole ? new StreamRefusedException((int)HttpStatusCode.OK, Retry) : new IOException("a refusal was cut");
        }
    }

    public override async Task<StreamEnd> ReadAsync(FrameHandler take, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        TaskCompletionSource<StreamEnd> reading;
        lock (_gate)
        {
            if (_unread is { } unread)
            {
                _unread = null;
                _frames.Scan(unread.WrittenSpan, take);
                GiveBack();
            }

            if (_end is { } end)
            {
                return end;
            }

            (_take, _reading) = (take, reading = new TaskCompletionSource<StreamEnd>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            return await reading.Task.WaitAsync(cancellation);
        }
        finally
        {
            lock (_gate)
            {
                (_take, _reading) = (null, null);
            }
        }
    }

    /// <summary>Leaves, with RST_STREAM when the answer is not over.</summary>
    public override void Dispose()
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }

            _end = StreamEnd.Left;
            _unread = null;
        }

        connection.Leave(id);
    }

    /// <summary>The head is there; informational ones and trailers are none.</summary>
    public void TakeHead(ResponseHead head)
    {
        if (head.Status >= 200)
        {
            _head.TrySetResult(head);
        }
    }

    /// <summary>A piece of the body has come.</summary>
    /// <param name="bytes">Of it.</param>
    /// <param name="window">Of the stream's window, with the padding that is no part of the body.</param>
    public void TakeBody(ReadOnlySpan<byte> bytes, int window)
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }

            _used += window;
            if (_take is null)
            {
                (_unread ??= new ArrayBufferWriter<byte>()).Write(bytes);
                return;
            }

            try
            {
                _frames.Scan(bytes, _take);
            }
            catch (InvalidDataException malformed)
            {
                // Said to the one who reads; the others of the connection go on.
                _take = null;
                _reading?.TrySetException(malformed);
                return;
            }

            GiveBack();
        }
    }

    /// <summary>There is no more.</summary>
    public void TakeEnd(StreamEnd end, string why)
    {
        lock (_gate)
        {
            _end ??= end;
            _reading?.TrySetResult(end);
        }

        _head.TrySetException(new IOException(why));
    }

    private void GiveBack()
    {
        if (_used >= GiveBackBytes && _end is null)
        {
            connection.GiveBack(id, _used);
            _used = 0;
        }
    }
}
