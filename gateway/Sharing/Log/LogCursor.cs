namespace SseGateway.Sharing.Log;

/// <summary>A subscriber's place in the log: between two records. Moves only forward.</summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it while it is in use.</remarks>
internal struct LogCursor(Slab slab, int generation, int offset, int frames)
{
    private Slab _slab = slab;
    private int _generation = generation;
    private int _offset = offset;
    private int _frames = frames;

    /// <summary>True when <see cref="TryRead"/> would give something other than <see cref="LogRead.Nothing"/>.</summary>
    public readonly bool HasMore => _slab.Length != _offset || _slab.Next is not null || _slab.Generation != _generation;

    /// <summary>Takes what follows, as far as it lies in one piece, and moves behind it.</summary>
    /// <param name="records">Whole records, to give back after use.</param>
    public LogRead TryRead(out LogRecords records)
    {
        while (true)
        {
            records = default;
            if (!_slab.TryLease(_generation))
            {
                return LogRead.RunOver;
            }

            // First whether there is a next one: then the length is final.
            var next = _slab.Next;
            var (length, frames) = _slab.Published;
            if (length > _offset)
            {
                records = new LogRecords(_slab, _generation, _offset, length, frames - _frames);
                (_offset, _frames) = (length, frames);
                return LogRead.Records;
            }

            if (next is null)
            {
                _slab.GiveBack();
                return LogRead.Nothing;
            }

            // While this one is leased its successor is the log's next, or retired with a generation that tells.
            var generation = next.Generation;
            var stillNext = _slab.Generation == _generation;
            _slab.GiveBack();
            if (!stillNext)
            {
                return LogRead.RunOver;
            }

            (_slab, _generation, _offset, _frames) = (next, generation, 0, 0);
        }
    }
}
