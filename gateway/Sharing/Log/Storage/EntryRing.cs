using System.Numerics;
using System.Runtime.CompilerServices;

namespace SseGateway.Sharing.Log.Storage;

/// <summary>
/// The entries of a log by number, and an index from ids to numbers. Grows to its bound and then allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// Entries whose ids fall into one place of the index are chained from the newest to the oldest, so that a chain simply ends where entries are
/// no longer retained, and removing one touches no other.
/// </remarks>
internal sealed class EntryRing
{
    private const int Least = 64;

    private readonly int _maxCount;
    private LogEntry[] _ring = new LogEntry[Least];
    private long[] _newest = CreateIndex(Least);

    public EntryRing(int maxCount) => _maxCount = maxCount;

    /// <summary>The number of the oldest retained entry.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next entry gets.</summary>
    public long Next { get; private set; }

    /// <summary>Bytes of memory.</summary>
    public long Bytes => (long)_ring.Length * (Unsafe.SizeOf<LogEntry>() + sizeof(long));

    public ref readonly LogEntry this[long number] => ref _ring[number & (_ring.Length - 1)];

    /// <summary>Adds an entry; the oldest goes when there are too many.</summary>
    /// <param name="entry">The next one.</param>
    /// <param name="mayGrow">False when there is no memory for more of them.</param>
    public void Add(in LogEntry entry, bool mayGrow = true)
    {
        if (Next - First == _maxCount || (Next - First == _ring.Length && !mayGrow))
        {
            RemoveFirst();
        }

        if (Next - First == _ring.Length)
        {
            Resize(_ring.Length * 2);
        }

        ref var added = ref _ring[Next & (_ring.Length - 1)];
        added = entry;
        Link(ref added, Next);
        Next++;
    }

    /// <summary>Lets the oldest entry go, and with it the memory it lies in: its place here may not be needed for long.</summary>
    public void RemoveFirst() => _ring[First++ & (_ring.Length - 1)].Slab = null!;

    /// <summary>Lets all go, and goes on with another number.</summary>
    public void Restart(long next)
    {
        while (First < Next)
        {
            RemoveFirst();
        }

        (First, Next) = (next, next);
        Array.Fill(_newest, -1);
    }

    /// <summary>True when the next entry needs a larger ring.</summary>
    public bool IsFull => Next - First == _ring.Length && Next - First < _maxCount;

    /// <summary>Gives back the memory of entries that are gone.</summary>
    public void Trim()
    {
        var needed = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Next - First, Least));
        if (needed < _ring.Length)
        {
            Resize(needed);
        }
    }

    /// <summary>The newest entry with an upstream id; -1 for none.</summary>
    public long Newest(ulong id) => id == 0 ? -1 : Match(_newest[Place(id)], id);

    /// <summary>The next older one.</summary>
    public long Before(long number, ulong id) => Match(this[number].Previous, id);

    /// <summary>The first of the last so many events; all there are, when there are fewer.</summary>
    public long LastEvents(int events)
    {
        var number = events == int.MaxValue ? First : Next;
        for (var left = events; left > 0 && number > First; left -= this[number].IsEvent ? 1 : 0)
        {
            number--;
        }

        return number;
    }

    /// <summary>The oldest entry that has an id; -1 for none.</summary>
    public long FirstWithId()
    {
        for (var number = First; number < Next; number++)
        {
            if (this[number].IdLength > 0)
            {
                return number;
            }
        }

        return -1;
    }

    private static long[] CreateIndex(int length)
    {
        var index = new long[length];
        Array.Fill(index, -1);
        return index;
    }

    private int Place(ulong id) => (int)(id >> 32) & (_newest.Length - 1);

    private long Match(long number, ulong id)
    {
        while (number >= First && this[number].UpstreamId != id)
        {
            number = this[number].Previous;
        }

        return number >= First ? number : -1;
    }

    private void Link(ref LogEntry entry, long number)
    {
        entry.Previous = -1;
        if (entry.UpstreamId != 0)
        {
            ref var newest = ref _newest[Place(entry.UpstreamId)];
            entry.Previous = newest;
            newest = number;
        }
    }

    private void Resize(int length)
    {
        var old = _ring;
        _ring = new LogEntry[length];
        _newest = CreateIndex(_ring.Length);
        for (var number = First; number < Next; number++)
        {
            ref var moved = ref _ring[number & (_ring.Length - 1)];
            moved = old[number & (old.Length - 1)];
            Link(ref moved, number);
        }
    }
}
