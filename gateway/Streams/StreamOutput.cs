using System.IO.Pipelines;
using SseGateway.Protocol;

namespace SseGateway.Streams;

/// <summary>
/// The way of every byte to one client. Two may want to write, the one who has the frames and the gateway itself (heartbeats, notices, the
/// end); a gate lets in one at a time, without a lock, and keeps the gateway's own bytes between frames (catalogue 7.1.5). It copies and
/// allocates nothing while the client keeps up.
/// </summary>
/// <remarks>
/// Whoever asks for something leaves word (<see cref="Tell"/>, <see cref="EndAtBoundary"/>) and then tries the gate; whoever leaves the gate
/// looks for word afterwards. Both are full fences, so one of the two always sees the other, and nobody waits for a client.
/// </remarks>
internal sealed class StreamOutput(LiveStream stream, PipeWriter client, bool mayInsert)
{
    private const int Free = 0;
    private const int Busy = 1;
    private const int Sealed = 2;

    private static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    private ByteOrderMark _mark;

    // Busy from the start: the head goes first.
    private int _gate = Busy;

    // Written by whoever holds the gate; read by anybody.
    private FrameBoundary _boundary;
    private int _writes = 1;
    private long _relayed;
    private long _inserted;
    private long _frames;
    private volatile Task? _insertion;

    // Word for whoever comes to a boundary first.
    private volatile bool _ending;
    private byte[]? _notice;

    // Only the sweep's, once the gate is open.
    private WriteWatch _watch;

    /// <summary>Bytes on their way to the client, the gateway's own included.</summary>
    public long Bytes => Volatile.Read(ref _relayed) + Volatile.Read(ref _inserted);

    /// <summary>Those among them that are not the gateway's own.</summary>
    public long Relayed => Volatile.Read(ref _relayed);

    /// <summary>Frames passed on whole; the gateway's own do not count.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>True when a write failed on the client's side.</summary>
    public bool ClientFailed { get; private set; }

    /// <summary>True while a write is under way.</summary>
    public bool Writing => Volatile.Read(ref _gate) == Busy;

    /// <summary>When bytes were last written, as the sweep has seen it.</summary>
    public TimeSpan LastWrite => _watch.LastWrite;

    /// <summary>How long the write under way has been waiting for the client, as the sweep has seen it.</summary>
    public TimeSpan Waiting => _watch.Waiting;

    /// <summary>True when the bytes written so far end a frame (or none were written). Only for the holder of the gate.</summary>
    public bool AtBoundary => _boundary.IsAtBoundary || _boundary.IsLineFeedPending;

    /// <summary>False when nothing of the gateway's can ever stand in the body.</summary>
    public bool MayInsert => mayInsert;

    /// <summary>True while every sweep has something to see here: a write that waits for the client, or word that nobody has taken yet.</summary>
    public bool NeedsSweep => Writing || HasWord;

    // Between a CR and an LF that may still come nothing is put in, unless the stream ends its lines in CR alone.
    private bool MayInsertHere => mayInsert && (_boundary.IsAtBoundary || _boundary.EndsLinesInCarriageReturn);

    private bool HasWord => _ending || Volatile.Read(ref _notice) is not null;

    /// <summary>Opens the gate: the client has the response head. Silence counts from here.</summary>
    public void Open(TimeSpan now)
    {
        _watch.Start(now);
        Leave();
    }

    /// <summary>Passes bytes on, flushed. Not to be called again before it has completed.</summary>
    /// <exception cref="OperationCanceledException">The stream has ended; with these bytes or before them.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> chunk)
    {
        if (!TryEnter())
        {
            return WriteAfterInsertionAsync(chunk);
        }

        return HasWord || _mark.Awaited ? WriteAroundAsync(chunk) : WriteThroughAsync(chunk);
    }

    /// <summary>Sends a comment, if nothing else is being written and a comment may stand here.</summary>
    public bool TryHeartbeat()
    {
        if (HasWord || !TryEnter())
        {
            return false;
        }

        if (!MayInsertHere)
        {
            Leave();
            return false;
        }

        Insert(Heartbeat);
        return true;
    }

    /// <summary>Puts a frame of the gateway's in at the next boundary. One at a time; a second one replaces the first.</summary>
    public void Tell(byte[] notice)
    {
        if (mayInsert)
        {
            Interlocked.Exchange(ref _notice, notice);
            stream.Wake();
            Settle();
        }
    }

    /// <summary>Ends the stream at the next boundary, at once if this is one.</summary>
    public void EndAtBoundary()
    {
        _ending = true;
        Interlocked.MemoryBarrier();
        stream.Wake();
        Settle();
    }

    /// <summary>Waits for what is being written and lets nobody in after it: the rest is the caller's, who ends the response.</summary>
    public async ValueTask SealAsync()
    {
        while (Interlocked.CompareExchange(ref _gate, Sealed, Free) == Busy)
        {
            await InsertionAsync();
        }
    }

    /// <summary>Takes note of what has happened since the last sweep.</summary>
    public void Sweep(TimeSpan now)
    {
        _watch.Sweep(now, Bytes, Writing, Volatile.Read(ref _writes));
        Settle();
    }

    // The sweep must see a write that comes to wait, and its bytes. Once woken it looks every time until the gate is free again.
    private bool TryEnter()
    {
        if (Interlocked.CompareExchange(ref _gate, Busy, Free) != Free)
        {
            return false;
        }

        stream.Wake();
        return true;
    }

    private void Leave()
    {
        Interlocked.Exchange(ref _gate, Free);
        Settle();
    }

    // Does what was asked for, if the gate is free and this is the place for it. If not, whoever writes next does, or the sweep.
    private void Settle()
    {
        if (!HasWord || !TryEnter())
        {
            return;
        }

        if (_ending && (AtBoundary || !mayInsert))
        {
            Volatile.Write(ref _gate, Sealed);
            stream.Finish();
        }
        else if (MayInsertHere && Interlocked.Exchange(ref _notice, null) is { } notice)
        {
            Insert(notice);
        }
        else
        {
            Interlocked.Exchange(ref _gate, Free);
        }
    }

    private ValueTask WriteThroughAsync(ReadOnlyMemory<byte> chunk)
    {
        var leave = true;
        try
        {
            var flush = Flush(chunk);
            if (!flush.IsCompletedSuccessfully)
            {
                leave = false;
                return AwaitAndLeaveAsync(flush);
            }

            Check(flush.Result);
            return default;
        }
        catch (Exception) when (!stream.Ended.IsCancellationRequested)
        {
            ClientFailed = true;
            throw;
        }
        finally
        {
            if (leave)
            {
                Leave();
            }
        }
    }

    private async ValueTask AwaitAndLeaveAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await CheckAsync(flush);
        }
        finally
        {
            Leave();
        }
    }

    private async ValueTask WriteAfterInsertionAsync(ReadOnlyMemory<byte> chunk)
    {
        do
        {
            if (Volatile.Read(ref _gate) == Sealed)
            {
                throw new OperationCanceledException(stream.Ended);
            }

            await InsertionAsync();
        }
        while (!TryEnter());
        await WriteAroundAsync(chunk);
    }

    private async ValueTask InsertionAsync()
    {
        if (_insertion is { IsCompleted: false } insertion)
        {
            await insertion;
        }
        else
        {
            // It is between two instructions.
            await Task.Yield();
        }
    }

    // Piece by piece, so that what was asked for comes where a frame ends.
    private async ValueTask WriteAroundAsync(ReadOnlyMemory<byte> chunk)
    {
        try
        {
            while (!chunk.IsEmpty && !(_ending && AtBoundary))
            {
                if (MayInsertHere && Interlocked.Exchange(ref _notice, null) is { } notice)
                {
                    NoteInsertion(notice);
                    await CheckAsync(client.WriteAsync(notice, stream.Ended));
                }

                if (_mark.Awaited)
                {
                    if (_mark.Drop(ref chunk, ref _boundary) is { Length: > 0 } held)
                    {
                        await CheckAsync(Flush(held));
                    }

                    continue;
                }

                var piece = HasWord ? chunk[..ToBoundary(chunk.Span)] : chunk;
                await CheckAsync(Flush(piece));
                chunk = chunk[piece.Length..];
            }
        }
        finally
        {
            Leave();
        }

        stream.Ended.ThrowIfCancellationRequested();
    }

    private int ToBoundary(ReadOnlySpan<byte> chunk)
    {
        var boundary = _boundary;
        var length = 0;
        do
        {
            boundary.Advance(chunk.Slice(length++, 1));
        }
        while (length < chunk.Length && !boundary.IsAtBoundary && !boundary.IsLineFeedPending);
        return length;
    }

    private ValueTask<FlushResult> Flush(ReadOnlyMemory<byte> chunk)
    {
        var frames = _boundary.Advance(chunk.Span);
        _writes++;
        Volatile.Write(ref _relayed, _relayed + chunk.Length);
        if (frames > 0)
        {
            Volatile.Write(ref _frames, _frames + frames);
            if (_frames == frames)
            {
                stream.NoteFirstFrame();
            }
        }

        return client.WriteAsync(chunk, stream.Ended);
    }

    private async ValueTask CheckAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            Check(await flush);
        }
        catch (Exception) when (!stream.Ended.IsCancellationRequested)
        {
            ClientFailed = true;
            throw;
        }
    }

    private void Check(FlushResult result)
    {
        if (result.IsCompleted)
        {
            ClientFailed = true;
            stream.Abort(CloseReason.ClientClosed);
            stream.Ended.ThrowIfCancellationRequested();
        }
    }

    private void NoteInsertion(byte[] frame)
    {
        _writes++;
        Volatile.Write(ref _inserted, _inserted + frame.Length);
        if (_boundary.IsAtStart)
        {
            _mark.Await();
        }
    }

    // With the gate held, which it leaves when the client has taken the frame.
    private void Insert(byte[] frame)
    {
        NoteInsertion(frame);
        var insertion = InsertAsync(frame);
        if (!insertion.IsCompleted)
        {
            _insertion = insertion;
        }
    }

    private async Task InsertAsync(byte[] frame)
    {
        try
        {
            await CheckAsync(client.WriteAsync(frame, stream.Ended));
        }
        catch (Exception)
        {
            // A client that is gone, or a stream that ended meanwhile; with anything else this client cannot be written to either.
            stream.Abort(CloseReason.ClientClosed);
        }
        finally
        {
            Leave();
        }
    }
}
