namespace SseGateway.Sharing.Log.Storage;

/// <summary>
/// A piece of the log's memory: whole records, one after the other, written once by the one who publishes and read by any number of
/// cursors at the same time, without a lock.
/// </summary>
/// <remarks>
/// The memory is used again when the log has run over it. So a reader takes a lease and gives it back; one that comes with the generation of
/// an earlier use gets none, and the log reuses no slab that is leased. Taking and retiring are full fences on both sides, so one of the two
/// always sees the other.
/// </remarks>
internal sealed class Slab(int capacity)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    // The length in the low half, the frames that end before it in the high half: read at once, so that they belong together.
    private long _published;
    private int _readers;
    private int _generation;
    private Slab? _next;

    // Where it was in the log when it was retired last, and how much it had: what a reader that comes too late is told by.
    private (long Place, int Length) _retired;

    public int Capacity => _bytes.Length;

    /// <summary>True when what it has is only for clients that have been here before. Set before the first record.</summary>
    public bool IsForReturning { get; init; }

    /// <summary>Which of the log's slabs it is: each is one more than the one before it. The log's.</summary>
    public long Place { get; set; }

    /// <summary>Grows by one each time the log has run over this slab.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>True when somebody reads these bytes.</summary>
    public bool Leased => Volatile.Read(ref _readers) != 0;

    /// <summary>The next slab; this one is complete as soon as there is one.</summary>
    public Slab? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    /// <summary>The bytes that may be read.</summary>
    public int Length => (int)Volatile.Read(ref _published);

    /// <summary>The upstream's frames in them.</summary>
    public int Frames => (int)(Volatile.Read(ref _published) >> 32);

    /// <summary>Length and frames as they were at one moment.</summary>
    public (int Length, int Frames) Published
    {
        get
        {
            var published = Volatile.Read(ref _published);
            return ((int)published, (int)(published >> 32));
        }
    }

    public ReadOnlyMemory<byte> Read(int start, int end) => _bytes.AsMemory(start, end - start);

    /// <summary>For the one who publishes: where the next record goes.</summary>
    public Span<byte> Free => _bytes.AsSpan(Length);

    /// <summary>Lets readers see a record.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="frames">1, or 0 for the gateway's own.</param>
    public void Publish(int bytes, int frames) => Volatile.Write(ref _published, _published + ((long)frames << 32) + bytes);

    /// <summary>Keeps the bytes as they are until the lease is given back.</summary>
    /// <returns>False when they are others by now.</returns>
    public bool TryLease(int generation)
    {
        Interlocked.Increment(ref _readers);
        if (Generation == generation)
        {
            return true;
        }

        Interlocked.Decrement(ref _readers);
        return false;
    }

    /// <summary>One more lease. Only for who has one, and has it still.</summary>
    public void LeaseAgain() => Interlocked.Increment(ref _readers);

    public void GiveBack() => Interlocked.Decrement(ref _readers);

    /// <summary>Turns readers away. Only those that have a lease are left.</summary>
    public void Retire()
    {
        _retired = (Place, Length);
        Interlocked.Increment(ref _generation);
    }

    /// <summary>For the one who publishes: true when a reader of the use before had read all of it, and another slab came right after.</summary>
    /// <param name="generation">The reader's.</param>
    /// <param name="offset">Where the reader was.</param>
    /// <param name="other">One that the log still has.</param>
    public bool EndedBefore(int generation, int offset, Slab other) =>
        Generation == generation + 1 && _retired == (other.Place - 1, offset);

    /// <summary>Makes it an empty one. Nobody may have a lease.</summary>
    public void Clear()
    {
        Next = null;
        Volatile.Write(ref _published, 0);
    }
}
