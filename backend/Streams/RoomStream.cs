using System.Buffers;
using ChatBackend.Configuration;
using ChatBackend.Messages;
using ChatBackend.Rooms;
using SseGateway.Protocol;

namespace ChatBackend.Streams;

/// <summary>The life of one stream in a room, from the head to the end: one person's, or that of a gateway for all of them.</summary>
internal sealed class RoomStream
{
    /// <summary>What is gathered before a flush. Kestrel makes a flush wait at 64 KiB unsent.</summary>
    private const int BatchBytes = 16_384;

    private const int BatchFrames = 32;

    /// <summary>Messages read from the database at a time, so that a long replay holds little memory.</summary>
    private const int ReplayPage = 100;

    private readonly HttpContext _context;
    private readonly ChatOptions _options;
    private readonly MessageStore _store;
    private readonly TimeProvider _time;
    private readonly StreamSignal _signal = new();
    private readonly DateTimeOffset? _expiry;
    private readonly int _retry;

    // Written by the stream, read by the sweep. Timestamps of the time provider; 0 for no flush under way.
    private long _flushingSince;
    private long _lastFlush;

    private int _end;
    private StreamCursor _cursor;

    public RoomStream(HttpContext context, string? subject, DateTimeOffset? expiry, ChatOptions options, MessageStore store, TimeProvider time)
    {
        _context = context;
        Subject = subject;
        _expiry = expiry;
        _options = options;
        _store = store;
        _time = time;
        _lastFlush = time.GetTimestamp();
        var retry = options.RetryDelay.TotalMilliseconds;
        _retry = (int)(retry + Random.Shared.NextDouble() * retry / 2);
    }

    /// <summary>Whose it is; null for one that many share.</summary>
    public string? Subject { get; }

    public StreamEnd End => (StreamEnd)Volatile.Read(ref _end);

    public void Wake() => _signal.Set();

    /// <summary>Ends the stream as soon as it can; the first reason counts.</summary>
    public void Close(StreamEnd end)
    {
        Interlocked.CompareExchange(ref _end, (int)end, (int)StreamEnd.None);
        _signal.Set();
    }

    /// <summary>Called about once a second from the one sweep: deadlines without a timer per stream.</summary>
    public void Sweep()
    {
        var flushingSince = Volatile.Read(ref _flushingSince);
        if (flushingSince != 0 && _time.GetElapsedTime(flushingSince) >= _options.WriteDeadline)
        {
            Close(StreamEnd.Slow);
            // The only way out of a flush that waits for a client which does not read.
            _context.Abort();
        }
        else if (_expiry <= _time.GetUtcNow())
        {
            Close(StreamEnd.Expired);
        }
        else if (IsHeartbeatDue)
        {
            _signal.Set();
        }
    }

    private bool IsHeartbeatDue => _time.GetElapsedTime(Volatile.Read(ref _lastFlush)) >= _options.HeartbeatInterval;

    /// <summary>Runs until the stream ends; the response is complete then. Never throws for a client that leaves.</summary>
    public async Task<StreamEnd> RunAsync(RoomDirectory rooms, string roomName, ResumeCursor from)
    {
        await using var leaving = _context.RequestAborted.UnsafeRegister(static stream => ((RoomStream)stream!).Close(StreamEnd.ClientClosed), this);

        // Before the head: who is told that the stream is open is in the room.
        var room = rooms.Join(roomName, this);
        try
        {
            await StartAsync(room, from);
            while (End == StreamEnd.None)
            {
                if (!await WriteNewsAsync(room))
                    await _signal.WaitAsync();
            }
        }
        finally
        {
            room.Remove(this);
        }

        return End;
    }

    private async Task StartAsync(Room room, ResumeCursor from)
    {
        var head = room.Head(_store);
        var (resume, after) = from switch
        {
            { Kind: ResumeKind.None } => ("live", head),
            // The writer publishes after the commit, so a client can know an id for a moment before the room does: ask the database.
            { Kind: ResumeKind.Id, Id: var id } when id <= head || id <= _store.ReadHead(room.Name) => ("exact", id),
            _ => ("unknown", head),
        };
        // What became of the cursor, for clients that see the head. A gateway that dials again after a loss believes it: ids of a room have holes.
        _context.Response.Headers["Sse-Resume"] = resume == "unknown" ? "gap" : resume;
        FrameWriter.WriteRetry(_context.Response.BodyWriter, _retry);
        if (resume == "unknown")
            FrameWriter.WriteComment(_context.Response.BodyWriter, "the cursor is not one of this room: live from now on"u8);

        _context.Response.BodyWriter.Write(RoomFrames.Welcome(new Welcome(room.Name, Subject, _retry, after, head, resume, _store.Epoch)).Span);
        await PlaceAsync(room, after);
    }

    /// <summary>Places the cursor and sends what lies before it.</summary>
    private async Task PlaceAsync(Room room, long sentId)
    {
        var isComplete = room.Place(sentId, out _cursor, out var presence);
        _context.Response.BodyWriter.Write(presence.Span);
        await FlushAsync();
        while (!isComplete && End == StreamEnd.None)
        {
            var page = _store.ReadAfter(room.Name, _cursor.SentId, ReplayPage);
            foreach (var message in page)
            {
                _context.Response.BodyWriter.Write(RoomFrames.Message(message).Span);
                _cursor.SentId = message.Id;
            }

            await FlushAsync();
            isComplete = page.Count < ReplayPage;
        }
    }

    /// <summary>Sends what the log has next, or a beat. False when there was nothing to send.</summary>
    private async ValueTask<bool> WriteNewsAsync(Room room)
    {
        switch (CopyFrames(room))
        {
            case null:
                // Too slow for the log: catch up from the database.
                await PlaceAsync(room, _cursor.SentId);
                return true;
            case 0 when !IsHeartbeatDue:
                return false;
            case 0:
                _context.Response.BodyWriter.Write(RoomFrames.Beat.Span);
                break;
        }

        await FlushAsync();
        return true;
    }

    private int? CopyFrames(Room room)
    {
        var frames = ArrayPool<ReadOnlyMemory<byte>>.Shared.Rent(BatchFrames);
        var count = room.Read(ref _cursor, frames.AsSpan(0, BatchFrames), BatchBytes);
        for (var i = 0; i < count; i++)
            _context.Response.BodyWriter.Write(frames[i].Span);
        ArrayPool<ReadOnlyMemory<byte>>.Shared.Return(frames, clearArray: true);
        return count;
    }

    private async ValueTask FlushAsync()
    {
        Volatile.Write(ref _flushingSince, _time.GetTimestamp());
        try
        {
            var result = await _context.Response.BodyWriter.FlushAsync();
            if (result.IsCompleted || result.IsCanceled)
                Close(StreamEnd.ClientClosed);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Reading the result says the same: the connection is gone.
            Close(StreamEnd.ClientClosed);
        }
        finally
        {
            Volatile.Write(ref _flushingSince, 0);
            Volatile.Write(ref _lastFlush, _time.GetTimestamp());
        }
    }
}
