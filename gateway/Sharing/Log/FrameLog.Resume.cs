using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Log;

/// <content>Where clients begin.</content>
internal sealed partial class FrameLog
{
    public Resumption Resume(ReadOnlySpan<byte> cursor, JoinPoint join, GapAction onGap, LogPlace? asked = null)
    {
        lock (_lock)
        {
            ForgetAged();
            var position = asked?.Number ?? _entries.Next;
            if (cursor.IsEmpty)
            {
                var joined = join == JoinPoint.All ? Math.Max(_beginning, 0) : _entries.LastEvents(join.Events);
                var begun = Begin(Math.Min(Math.Max(joined, _snapshot.Number), position), ResumeKind.Live, default, asked);

                // With something from before it has been here, as far as a gap after that goes.
                return joined < position || begun.Snapshot is not null ? begun : begun with { Cursor = begun.Cursor.ForNew() };
            }

            var found = Find(cursor, out var reason);
            if (found >= 0)
            {
                return new Resumption(At(found + 1), found + 1, ResumeKind.Exact);
            }

            if (IsBegunAfter(cursor))
            {
                return new Resumption(At(_entries.First), _entries.First, ResumeKind.Begun);
            }

            var from = onGap == GapAction.Oldest ? Math.Max(_entries.First, _snapshot.Number) : Math.Min(_entries.Next, position);
            return Begin(from, ResumeKind.Gap, reason, asked);
        }
    }

    public bool TryAfter(long frames, out LogCursor cursor)
    {
        lock (_lock)
        {
            ForgetAged();
            var isHere = frames >= _entries.First && frames <= _entries.Next;
            cursor = isHere ? At(frames) : default;
            return isHere;
        }
    }

    public void BeginAfter(ReadOnlySpan<byte> cursor)
    {
        lock (_lock)
        {
            _begunAfter = cursor.ToArray();
        }
    }

    public bool Knows(ReadOnlySpan<byte> cursor)
    {
        lock (_lock)
        {
            return Find(cursor, out _) >= 0 || IsBegunAfter(cursor);
        }
    }

    public bool TryGoOn(ref LogCursor cursor)
    {
        lock (_lock)
        {
            return cursor.TryGoOn(_oldest);
        }
    }

    public Resumption Oldest()
    {
        lock (_lock)
        {
            ForgetAged();
            return Begin(Math.Max(_entries.First, _snapshot.Number), ResumeKind.Gap, GapReason.Expired, asked: null);
        }
    }

    public bool Contains(ulong upstreamId, ulong content, out bool sameContent)
    {
        lock (_lock)
        {
            sameContent = false;
            var known = false;
            for (var number = _entries.Newest(upstreamId); number >= 0; number = _entries.Before(number, upstreamId))
            {
                known = true;
                sameContent |= _entries[number].Content == content;
            }

            return known;
        }
    }

    public long Find(ulong upstreamId, ulong content)
    {
        lock (_lock)
        {
            var number = _entries.Newest(upstreamId);
            while (number >= 0 && _entries[number].Content != content)
            {
                number = _entries.Before(number, upstreamId);
            }

            return number;
        }
    }

    public long FindWithoutId(ulong content, long after)
    {
        lock (_lock)
        {
            var next = Math.Max(after + 1, _entries.First);
            while (after >= 0 && next < _entries.Next && _entries[next].IsOwn)
            {
                next++;
            }

            return after >= 0 && next < _entries.Next && _entries[next].IsWithoutId(content) ? next : OnlyWithoutId(content);
        }
    }

    private long OnlyWithoutId(ulong content)
    {
        var found = -1L;
        for (var number = _entries.First; number < _entries.Next; number++)
        {
            if (_entries[number].IsWithoutId(content))
            {
                if (found >= 0)
                {
                    return -1;
                }

                found = number;
            }
        }

        return found;
    }

    // For a client that begins, or begins anew: with the newest snapshot, unless it comes from the ring with the rest. What the log has run over of
    // what the client should have got is a gap.
    private Resumption Begin(long from, ResumeKind kind, GapReason reason, LogPlace? asked)
    {
        byte[]? snapshot = null;
        if (_snapshot.Number >= 0 && (from > _snapshot.Number || _snapshot.Number < _entries.First))
        {
            snapshot = _snapshot.ToArray();
            from = Math.Max(from, _snapshot.Number + 1);
        }

        if (from < _entries.First)
        {
            // What came while it waited for its turn may be more than can be replayed, and still be there.
            if (asked is { } place && place.Number == from && !place.Cursor.IsRunOver)
            {
                return new Resumption(place.Cursor, from, kind, reason, kind == ResumeKind.Gap ? IdFrom(_entries.First) : null, snapshot);
            }

            from = _entries.First;
            (kind, reason) = kind == ResumeKind.Gap ? (kind, reason) : (ResumeKind.Gap, GapReason.Expired);
        }

        return new Resumption(At(from), from, kind, reason, kind == ResumeKind.Gap ? IdFrom(from) : null, snapshot);
    }

    private bool IsBegunAfter(ReadOnlySpan<byte> cursor) => !cursor.IsEmpty && _entries.First == _beginning && cursor.SequenceEqual(_begunAfter);

    // The frame's number; -1 when it is not here.
    private long Find(ReadOnlySpan<byte> cursor, out GapReason reason)
    {
        if (_epoch is not null)
        {
            return FindOwn(cursor, out reason);
        }

        // Duplicate ids resolve to the earliest, so that nothing is lost.
        var found = -1L;
        var id = FrameHash.OfId(cursor);
        for (var number = _entries.Newest(id); number >= 0; number = _entries.Before(number, id))
        {
            ref readonly var entry = ref _entries[number];
            if (entry.IdLength == cursor.Length && cursor.SequenceEqual(Id(entry)))
            {
                found = number;
            }
        }

        reason = found < 0 && IsBeforeTheFirst(cursor) ? GapReason.Expired : GapReason.Unknown;
        return found;
    }

    // The gateway's ids are the frames' numbers.
    private long FindOwn(ReadOnlySpan<byte> cursor, out GapReason reason)
    {
        var dash = cursor.LastIndexOf((byte)'-');
        if (dash <= 0 || !EventNumber.TryParse(cursor[(dash + 1)..], out var number))
        {
            reason = GapReason.Unknown;
            return -1;
        }

        if (!cursor[..dash].SequenceEqual(_epoch))
        {
            reason = GapReason.Epoch;
            return -1;
        }

        // Above the newest it is of another log by the same name: the store of a fleet has lost what came after.
        reason = number < _entries.First ? GapReason.Expired : GapReason.Epoch;

        // After the last one that went, all that followed is still here.
        return number >= _entries.First - 1 && number < _entries.Next ? number : -1;
    }

    // With ids that are numbers it can be told that one was here before. Of others nothing is known once they are gone.
    private bool IsBeforeTheFirst(ReadOnlySpan<byte> cursor) =>
        _entries.First != _beginning && EventNumber.TryParse(cursor, out var number)
        && _entries.FirstWithId() is >= 0 and var first && EventNumber.TryParse(Id(_entries[first]), out var oldest) && number < oldest;

    private static ReadOnlySpan<byte> Id(in LogEntry entry) => entry.Slab.Read(entry.IdStart, entry.IdStart + entry.IdLength).Span;

    private string? IdFrom(long number)
    {
        for (; number < _entries.Next; number++)
        {
            ref readonly var entry = ref _entries[number];
            if (entry.IdLength > 0)
            {
                return Encoding.UTF8.GetString(Id(entry));
            }
        }

        return null;
    }

    private LogCursor At(long number)
    {
        if (number >= _entries.Next)
        {
            return new LogCursor(_head, _head.Generation, _head.Length, _head.Frames);
        }

        ref readonly var entry = ref _entries[number];
        return new LogCursor(entry.Slab, entry.Slab.Generation, entry.Offset, entry.FramesBefore);
    }
}
