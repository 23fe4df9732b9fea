using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Log;

/// <summary>A subscriber's place in the log: between two records. Moves only forward.</summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it while it is in use.</remarks>
internal struct LogCursor(Slab slab, int generation, int offset, int frames)
{
    // What is only for clients that have been here before is passed by.
    private bool _isNew;

    private Slab _slab = slab;
    private int _generation = generation;
    private int _offset = offset;
    private int _frames = frames;

    /// <summary>True when <see cref="TryRead(out LogRecords)"/> would give something other than <see cref="LogRead.Nothing"/>.</summary>
    public readonly bool HasMore => _slab.Length != _offset || _slab.Next is not null || _slab.Generation != _generation;

    /// <summary>The same place, for a client that has not been here before.</summary>
    public readonly LogCursor ForNew() => this with { _isNew = true };

    /// <summary>True when what it has not read is gone.</summary>
    public readonly bool IsRunOver => _slab.Generation != _generation;

    /// <summary>Moves to the log's oldest slab, if nothing lies between that it has not read. For the one who publishes.</summary>
    /// <param name="oldest">The oldest slab.</param>
    public bool TryGoOn(Slab oldest)
    {
        if (!_slab.EndedBefore(_generation, _offset, oldest))
        {
            return false;
        }

        (_slab, _generation, _offset, _frames) = (oldest, oldest.Generation, 0, 0);
        return true;
    }

    /// <summary>Takes what follows, as far as it lies in one piece, and moves behind it.</summary>
    /// <param name="records">Whole records, to give back after use.</param>
    public LogRead TryRead(out LogRecords records)
    {
        var lease = default(LogLease);
        var read = TryRead(ref lease, out records);
        if (read == LogRead.Records)
        {
            records.Keep();
        }

        lease.GiveBack();
        return read;
    }

    /// <summary>The same for many cursors one after the other.</summary>
    /// <param name="lease">Keeps the records as they are until it is given back or the next cursor takes it.</param>
    /// <param name="records">Whole records. They are the lease's, and to be given back only when they have been kept for longer.</param>
    public LogRead TryRead(ref LogLease lease, out LogRecords records)
    {
        while (true)
        {
            records = default;
            if (!lease.TryTake(_slab, _generation))
            {
                return LogRead.RunOver;
            }

            // First whether there is a next one: then the length is final.
            var next = _slab.Next;
            var (length, frames) = _slab.Published;
            if (_isNew && _slab.IsForReturning)
            {
                _offset = length;
            }
            else if (length > _offset)
            {
                records = new LogRecords(_slab, _generation, _offset, length, frames - _frames);
                (_offset, _frames) = (length, frames);
                return LogRead.Records;
            }

            if (next is null)
            {
                return LogRead.Nothing;
            }

            // While this one is leased its successor is the log's next, or retired with a generation that tells.
            var generation = next.Generation;
            if (_slab.Generation != _generation)
            {
                return LogRead.RunOver;
            }

            (_slab, _generation, _offset, _frames) = (next, generation, 0, 0);
        }
    }
}
