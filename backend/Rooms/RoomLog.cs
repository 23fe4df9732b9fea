namespace ChatBackend.Rooms;

/// <summary>
/// The last frames of a room in one order, shared by all of its streams. A stream is a position in it, not a queue: a slow one costs nothing here, and when
/// the log has run over its position it reads the messages from the database instead. Bounded in entries and bytes; the oldest goes first.
/// Not thread-safe: guarded by the room's lock.
/// </summary>
internal sealed class RoomLog(int maximumEntries, int maximumBytes)
{
    private Entry[] _ring = new Entry[Math.Min(16, maximumEntries)];
    private int _oldest;
    private int _count;
    private int _bytes;

    /// <summary>Messages up to this id may be missing here; every later one of the room is here. Null before the first.</summary>
    private long? _forgotten;

    /// <summary>Position of the oldest frame.</summary>
    public long First { get; private set; }

    /// <summary>Position that the next frame gets.</summary>
    public long Next => First + _count;

    /// <summary>Whether every message after <paramref name="id"/> is here.</summary>
    public bool HoldsAllAfter(long id) => _forgotten <= id;

    public void AppendMessage(long id, ReadOnlyMemory<byte> frame)
    {
        _forgotten ??= id - 1;
        Append(new Entry(id, frame));
    }

    /// <summary>Appends a frame that only counts while it is news, such as who is typing.</summary>
    public void AppendPassing(ReadOnlyMemory<byte> frame) => Append(new Entry(MessageId: 0, frame));

    /// <summary>
    /// Moves the cursor forward over frames that are due, up to what <paramref name="frames"/> takes and about <paramref name="maximumBytes"/> bytes.
    /// Returns their number, 0 at the end of the log; the cursor must not be behind <see cref="First"/>.
    /// </summary>
    public int Read(ref StreamCursor cursor, Span<ReadOnlyMemory<byte>> frames, int maximumBytes)
    {
        var count = 0;
        while (cursor.Position < Next && count < frames.Length && maximumBytes > 0)
        {
            var entry = EntryAt(cursor.Position);
            var isDue = entry.MessageId == 0 ? cursor.Position >= cursor.PassingFrom : entry.MessageId > cursor.SentId;
            cursor.Position++;
            if (!isDue)
                continue;
            if (entry.MessageId != 0)
                cursor.SentId = entry.MessageId;
            frames[count++] = entry.Frame;
            maximumBytes -= entry.Frame.Length;
        }

        return count;
    }

    private void Append(Entry entry)
    {
        while (_count > 0 && (_count == maximumEntries || _bytes + entry.Frame.Length > maximumBytes))
            Forget();
        if (_count == _ring.Length)
            Grow();
        _ring[(_oldest + _count++) % _ring.Length] = entry;
        _bytes += entry.Frame.Length;
    }

    private void Forget()
    {
        var entry = _ring[_oldest];
        _ring[_oldest] = default;
        _oldest = (_oldest + 1) % _ring.Length;
        _count--;
        _bytes -= entry.Frame.Length;
        First++;
        if (entry.MessageId != 0)
            _forgotten = entry.MessageId;
    }

    private void Grow()
    {
        var larger = new Entry[Math.Min(_ring.Length * 2, maximumEntries)];
        for (var i = 0; i < _count; i++)
            larger[i] = _ring[(_oldest + i) % _ring.Length];
        _ring = larger;
        _oldest = 0;
    }

    private Entry EntryAt(long position) => _ring[(_oldest + (int)(position - First)) % _ring.Length];

    private readonly record struct Entry(long MessageId, ReadOnlyMemory<byte> Frame);
}
