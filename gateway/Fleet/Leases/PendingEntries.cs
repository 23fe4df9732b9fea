using System.Buffers;
using SseGateway.Fleet.Records;
using SseGateway.Sharing.Log;

namespace SseGateway.Fleet.Leases;

/// <summary>
/// What a leader has on its way to the store: entries with the numbers that they will have, in batches of which one is sent at a time. For any thread, but
/// batches are taken and confirmed by one.
/// </summary>
/// <param name="next">The id of the first one.</param>
/// <param name="isBegun">False when that is the first of a generation, which begins with what says so.</param>
/// <param name="before">What a new generation goes on after; nothing when that is this gateway's alone.</param>
/// <param name="time">By which they come.</param>
internal sealed class PendingEntries(EntryId next, bool isBegun, EntryId before, TimeProvider time)
{
    // What waits for the store; above it the upstream is not read. A buffer of the upstream's comes on top.
    private const int MostBytes = 256 * 1024;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly LinkedList<PendingBatch> _batches = new();
    private PendingBatch? _spare;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _settled;
    private EntryId _next = next;
    private byte[] _begun = [];
    private int _bytes;
    private bool _isBegun = isBegun;
    private bool _isOver;
    private bool _isDropped;
    private bool _isComplete;

    /// <summary>The id of the next one.</summary>
    public EntryId Next
    {
        get
        {
            lock (_lock)
            {
                return _next;
            }
        }
    }

    /// <summary>True when there has been one of this generation.</summary>
    public bool IsBegun
    {
        get
        {
            lock (_lock)
            {
                return _isBegun;
            }
        }
    }

    /// <summary>True when nothing is taken any more, and nothing is on its way.</summary>
    public bool IsDropped
    {
        get
        {
            lock (_lock)
            {
                return _isDropped;
            }
        }
    }

    /// <summary>Entries that the store has not confirmed, in bytes.</summary>
    public int Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The batch that is to be confirmed next, null for none; and the id of the next entry.</summary>
    public (PendingBatch? First, EntryId Next) Standing
    {
        get
        {
            lock (_lock)
            {
                return (_batches.First?.Value, _next);
            }
        }
    }

    /// <summary>The upstream was dialled first with this cursor of a client's.</summary>
    public void BeginAfter(byte[] cursor)
    {
        lock (_lock)
        {
            _begun = cursor;
        }
    }

    public void Append(in LogFrame frame)
    {
        lock (_lock)
        {
            if (_isDropped)
            {
                return;
            }

            var batch = Open();
            RecordWriter.WriteFrame(batch.Writer, frame);
            if (frame.HasId)
            {
                batch.NoteId(frame.Bytes[frame.Id]);
            }

            if (frame.IsSnapshot)
            {
                batch.Snapshot = batch.Count;
            }

            Added(batch);
        }
    }

    /// <summary>Appends what is no frame.</summary>
    /// <param name="record">The entry.</param>
    /// <param name="isState">True when it is how the stream stands.</param>
    public void Append(byte[] record, bool isState)
    {
        lock (_lock)
        {
            if (_isDropped)
            {
                return;
            }

            var batch = Open();
            batch.Writer.Write(record);
            if (isState)
            {
                batch.State = batch.Count;
            }

            Added(batch);
        }
    }

    /// <summary>Completes when there is room for more, or nothing is read any more.</summary>
    public ValueTask RoomAsync()
    {
        lock (_lock)
        {
            return _bytes <= MostBytes || _isDropped || _isOver
                ? default : new ValueTask((_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }
    }

    /// <summary>Completes when all that was appended is in the store, or never will be.</summary>
    public Task SettledAsync()
    {
        lock (_lock)
        {
            return _batches.Count == 0 || _isDropped
                ? Task.CompletedTask : (_settled ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The upstream is not read any more.</summary>
    public void EndReading()
    {
        lock (_lock)
        {
            _isOver = true;
            LetRead();
        }
    }

    /// <summary>Nothing more is appended.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
        }
    }

    /// <summary>Takes the next batch to send; nothing is put into it any more.</summary>
    /// <param name="batch">The batch; null for none.</param>
    /// <returns>False when there is none and will be none.</returns>
    public bool TryTake(out PendingBatch? batch)
    {
        lock (_lock)
        {
            batch = _batches.First?.Value;
            if (batch is not null)
            {
                batch.IsClosed = true;
            }

            return batch is not null || !_isComplete;
        }
    }

    /// <summary>It is in the store.</summary>
    public void Confirm(PendingBatch batch)
    {
        lock (_lock)
        {
            if (_batches.First?.Value == batch)
            {
                _batches.RemoveFirst();
                batch.Clear();
                _spare = batch;
            }

            Recount();
        }
    }

    /// <summary>Somebody else has the stream: what is here never gets there.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            _isDropped = true;
            _batches.Clear();
            Recount();
        }
    }

    // The last one, if there is room in it. A generation begins with what says so.
    private PendingBatch Open()
    {
        if (_batches.Last?.Value is { IsClosed: false } last)
        {
            return last;
        }

        var batch = _spare ?? new PendingBatch();
        _spare = null;
        (batch.First, batch.Since) = (_next, time.GetUtcNow());
        if (!_isBegun)
        {
            _isBegun = true;
            batch.First = _next with { Number = 1 };
            batch.Writer.Write(RecordWriter.Begun(before.Generation, before.Number, _begun));
            batch.Added();
        }

        _batches.AddLast(batch);
        return batch;
    }

    private void Added(PendingBatch batch)
    {
        batch.Added();
        _next = _next with { Number = batch.First.Number + batch.Count };
        Count();
    }

    // By hand: with LINQ each event would have an enumerator of its own.
    private void Count()
    {
        _bytes = 0;
        foreach (var batch in _batches)
        {
            _bytes += batch.Bytes;
        }
    }

    private void Recount()
    {
        Count();
        if (_bytes <= MostBytes)
        {
            LetRead();
        }

        if (_batches.Count == 0)
        {
            _settled?.TrySetResult();
            _settled = null;
        }
    }

    private void LetRead()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
