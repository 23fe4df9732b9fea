using System.IO.Pipelines;
using SseGateway.Protocol;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Output;

/// <summary>
/// The way of every byte to one client. Two may want to write, the one who has the frames and the gateway itself (heartbeats, notices, the
/// end); a gate lets in one at a time, without a lock, and keeps the gateway's own bytes between frames (catalogue 7.1.5).
/// </summary>
/// <remarks>
/// Whoever asks for something leaves word (<see cref="Tell"/>, <see cref="EndAtBoundary"/>) and then tries the gate; whoever leaves the gate
/// looks for word afterwards. Both are full fences, so one of the two always sees the other, and nobody waits for a client.
/// </remarks>
internal abstract class StreamOutput(LiveStream stream)
{
    private const int Unheld = 0;
    private const int Busy = 1;
    private const int Sealed = 2;

    // Busy from the start: the head goes first.
    private int _gate = Busy;
    private volatile bool _opened;

    // Written by whoever holds the gate; read by anybody.
    private int _writes = 1;
    private long _passed;
    private long _inserted;
    private long _frames;
    private volatile Task? _pending;

    private int _waitingBytes;

    // Only while somebody looks at this stream.
    private volatile FrameTrail? _trail;

    // Word for whoever comes to a boundary first.
    private volatile bool _ending;
    private byte[]? _notice;

    // True when a write since the last sweep has seen to the next one.
    private bool _awake;

    // Only the sweep's, once the gate is open.
    private WriteWatch _watch;
    private bool _sweptWriting;

    /// <summary>Bytes on their way to the client, the gateway's own included.</summary>
    public long Bytes => Volatile.Read(ref _passed) + Volatile.Read(ref _inserted);

    /// <summary>Those among them that are not the gateway's own.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Frames passed on whole; the gateway's own do not count.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>What was written last, from the first time on that somebody asks; it ends when nobody has asked for a while.</summary>
    /// <param name="now">The streams' clock.</param>
    public IReadOnlyList<PassedFrames> Look(TimeSpan now) => (_trail ??= new FrameTrail()).Look(now);

    /// <summary>True when a write failed on the client's side.</summary>
    public bool ClientFailed { get; protected set; }

    /// <summary>True while a write is under way.</summary>
    public bool Writing => Volatile.Read(ref _gate) == Busy;

    /// <summary>When bytes were last written, as the sweep has seen it.</summary>
    public TimeSpan LastWrite => _watch.LastWrite;

    /// <summary>How long the write under way has been waiting for the client, as the sweep has seen it.</summary>
    public TimeSpan Waiting => _watch.Waiting;

    /// <summary>Bytes of memory that the write under way keeps until the client has taken them.</summary>
    public int WaitingBytes => Volatile.Read(ref _waitingBytes);

    /// <summary>True when the bytes written so far end a frame (or none were written). Only for the holder of the gate.</summary>
    public abstract bool AtBoundary { get; }

    /// <summary>False when nothing of the gateway's can ever stand in the body.</summary>
    public abstract bool MayInsert { get; }

    /// <summary>Of the stream's own upstream; null where nobody asks for it.</summary>
    public virtual Rhythm? Rhythm => null;

    /// <summary>How lines end in the stream: as it has shown, LF before that. Only for the holder of the gate.</summary>
    public abstract LineEnd LineEnd { get; }

    /// <summary>True when the stream is one of whole frames, so that a failed upstream leaves nothing half said.</summary>
    public virtual bool EndsBetweenFrames => false;

    /// <summary>The last number of a numbered event; null where none was, or nobody asks for it. Only for the holder of the gate.</summary>
    public virtual long? Sequence => null;

    /// <summary>True when the stream has shown an id, where somebody asks for it. Only for the holder of the gate.</summary>
    public virtual bool HasShownId => false;

    /// <summary>True while every sweep has something to see here: a write that waits for the client, or word that nobody has taken yet.</summary>
    public bool NeedsSweep => _sweptWriting || Writing || HasWord;

    /// <summary>The stream that the bytes are of.</summary>
    protected LiveStream Stream => stream;

    /// <summary>True when a frame of the gateway's may follow the bytes so far. Only for the holder of the gate.</summary>
    protected abstract bool MayInsertHere { get; }

    /// <summary>The comment that may follow the bytes so far; null when none may. Only for the holder of the gate.</summary>
    protected abstract byte[]? HeartbeatHere { get; }

    /// <summary>True when somebody waits for a boundary.</summary>
    protected bool HasWord => _ending || Volatile.Read(ref _notice) is not null;

    /// <summary>True when the stream is to end at the next boundary.</summary>
    protected bool Ending => _ending;

    /// <summary>True when nobody is let in any more.</summary>
    protected bool IsSealed => Volatile.Read(ref _gate) == Sealed;

    /// <summary>Opens the gate: the client has the response head. Silence counts from here.</summary>
    public void Open(TimeSpan now)
    {
        _watch.Start(now);
        _opened = true;
        Leave();
    }

    /// <summary>Sends a comment, if nothing else is being written and a comment may stand here.</summary>
    public bool TryHeartbeat()
    {
        // A notice may have to wait for the end of a frame for as long as its upstream likes.
        if (_ending || !TryEnter())
        {
            return false;
        }

        if (HeartbeatHere is not { } heartbeat)
        {
            Leave();
            return false;
        }

        Insert(heartbeat);
        return true;
    }

    /// <summary>Puts a frame of the gateway's in at the next boundary. One at a time; a second one replaces the first.</summary>
    public void Tell(byte[] notice)
    {
        if (MayInsert)
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
        if (!_opened)
        {
            // The head never went out, and whoever was to send it is who calls.
            Volatile.Write(ref _gate, Sealed);
            return;
        }

        while (Interlocked.CompareExchange(ref _gate, Sealed, Unheld) == Busy)
        {
            await PendingAsync();
        }
    }

    /// <summary>The stream's token has been cancelled: for who would have it registered for that alone. May come more than once.</summary>
    public virtual void StreamEnded()
    {
    }

    /// <summary>Takes note of what has happened since the last sweep.</summary>
    public void Sweep(TimeSpan now)
    {
        Interlocked.Exchange(ref _awake, false);

        // The gate before the bytes: those of a write that has left it by then are among them.
        _sweptWriting = Writing;
        _watch.Sweep(now, Bytes, _sweptWriting, Volatile.Read(ref _writes));
        Settle();
    }

    /// <summary>Sends a frame of the gateway's, flushed. With the gate held.</summary>
    protected abstract ValueTask<FlushResult> SendInsertion(ReadOnlyMemory<byte> frame);

    // The sweep must see a write that comes to wait, and its bytes. As long as it finds the gate held it looks every time.
    protected bool TryEnter()
    {
        if (Interlocked.CompareExchange(ref _gate, Busy, Unheld) != Unheld)
        {
            return false;
        }

        // Once for each sweep and not for each write: the stream's place in the agenda would be three objects more. The sweep takes the stream off
        // the agenda, then takes _awake back, then reads; both are full fences, and so is the gate here. So if this write still finds _awake set,
        // the sweep finds the gate held or left. If it does not, the exchange comes after the sweep has taken the stream off, and puts it back.
        if (!Volatile.Read(ref _awake) && !Interlocked.Exchange(ref _awake, true))
        {
            stream.Wake();
        }

        return true;
    }

    /// <summary>Frees the gate, and does what was asked for meanwhile.</summary>
    protected void Free()
    {
        Interlocked.Exchange(ref _gate, Unheld);
        Settle();
    }

    protected void Leave()
    {
        Free();
        GateIsFree();
    }

    /// <summary>Called when the head or a frame of the gateway's is out.</summary>
    protected virtual void GateIsFree()
    {
    }

    /// <summary>Says what holds the gate for longer.</summary>
    protected void NotePending(Task write)
    {
        if (!write.IsCompleted)
        {
            _pending = write;
        }
    }

    /// <summary>Says how much memory a write that waits for the client keeps. With the gate held; to be followed by <see cref="NoteTaken"/>.</summary>
    protected void NoteWaiting(int bytes)
    {
        Volatile.Write(ref _waitingBytes, bytes);
        stream.AddWaiting(bytes);

        // At once: when thousands of clients stop in the same moment, the heap is full before anybody has looked for the slowest.
        if (stream.HasNoRoom)
        {
            stream.AbortAsSlow();
        }
    }

    /// <summary>Nothing waits any more, whatever became of it.</summary>
    protected void NoteTaken()
    {
        if (_waitingBytes > 0)
        {
            stream.AddWaiting(-_waitingBytes);
            Volatile.Write(ref _waitingBytes, 0);
        }
    }

    /// <summary>The gateway's frame that waits for a boundary, which the caller now sends; null when there is none.</summary>
    protected byte[]? TakeNotice() => Interlocked.Exchange(ref _notice, null) is { } notice ? OwnFrame.In(notice, LineEnd) : null;

    /// <summary>Counts bytes that are about to be sent, in one write.</summary>
    protected void NotePassed(int bytes, int frames)
    {
        _writes++;
        Volatile.Write(ref _passed, _passed + bytes);
        if (_trail is not null)
        {
            NoteTrail(bytes, frames);
        }

        if (frames > 0)
        {
            Volatile.Write(ref _frames, _frames + frames);
            if (_frames == frames)
            {
                stream.NoteFirstFrame();
            }
        }
    }

    /// <summary>Counts a frame of the gateway's that is about to be sent.</summary>
    protected virtual void NoteInsertion(byte[] frame)
    {
        _writes++;
        Volatile.Write(ref _inserted, _inserted + frame.Length);
        if (_trail is not null)
        {
            NoteTrail(frame.Length, frames: 0);
        }
    }

    private void NoteTrail(int bytes, int frames)
    {
        if (_trail?.Note(new PassedFrames(stream.Now, frames, bytes)) == false)
        {
            _trail = null;
        }
    }

    /// <summary>Waits until the gate is left.</summary>
    protected async ValueTask PendingAsync()
    {
        if (_pending is { IsCompleted: false } pending)
        {
            await pending;
        }
        else
        {
            // It is between two instructions.
            await Task.Yield();
        }
    }

    protected async ValueTask CheckAsync(ValueTask<FlushResult> flush)
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

    protected void Check(FlushResult result)
    {
        if (result.IsCompleted)
        {
            ClientFailed = true;
            stream.Abort(CloseReason.ClientClosed);
            stream.Ended.ThrowIfCancellationRequested();
        }
    }

    // Does what was asked for, if the gate is free and this is the place for it. If not, whoever writes next does, or the sweep.
    private void Settle()
    {
        if (!HasWord || !TryEnter())
        {
            return;
        }

        if (_ending && (AtBoundary || !MayInsert))
        {
            Volatile.Write(ref _gate, Sealed);
            stream.Finish();
        }
        else if (MayInsertHere && TakeNotice() is { } notice)
        {
            Insert(notice);
        }
        else
        {
            // Somebody else has done it. Whoever found the gate held meanwhile relies on its being looked at again.
            Interlocked.Exchange(ref _gate, Unheld);
            GateIsFree();
        }
    }

    // With the gate held, which it leaves when the client has taken the frame.
    private void Insert(byte[] frame)
    {
        NoteInsertion(frame);
        NotePending(InsertAsync(frame));
    }

    private async Task InsertAsync(byte[] frame)
    {
        try
        {
            await CheckAsync(SendInsertion(frame));
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
