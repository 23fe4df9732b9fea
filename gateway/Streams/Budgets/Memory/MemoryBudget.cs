namespace SseGateway.Streams.Budgets.Memory;

/// <summary>
/// The memory for all that waits for clients that do not read, and for all that shared streams retain: one bound for both, whatever the bounds of each
/// stream would come to together.
/// </summary>
internal sealed class MemoryBudget
{
    // The rest is for the streams themselves, and for what is garbage and not collected yet.
    private const int Share = 4;

    // Shrinking takes a moment.
    private const int Grace = 8;

    // The heap grows until a collection is worth its while; with so much of what there may be in use that is no longer so.
    private const double HeapFull = 7.0 / 8;

    private readonly long _available = Available;
    private long _limit;
    private long _waiting;
    private long _retained;
    private volatile bool _heapIsFull;
    private Func<IEnumerable<IRetainer>> _retainers = () => [];
    private Action _onOver = () => { };

    /// <param name="limit">Bytes; zero is a quarter of what the process may have.</param>
    public MemoryBudget(long limit) => SetLimit(limit);

    /// <summary>What the process may have: the container's, the machine's, or the heap's hard limit.</summary>
    public static long Available => GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes;

    /// <summary>What there may be, in bytes.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>Bytes that wait for clients.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Bytes that shared streams retain.</summary>
    public long Retained => Volatile.Read(ref _retained);

    /// <summary>True when there is more than there may be.</summary>
    public bool Over => Waiting + Retained > Limit;

    /// <summary>True when there is more than there may be, and more than a moment of shrinking explains.</summary>
    public bool IsExceeded => Waiting + Retained > Limit + (Limit / Grace);

    /// <summary>True when no further stream is to be admitted: what there is does not go as fast as it comes.</summary>
    public bool Full => IsExceeded || _heapIsFull || HeapIsNearlyFull;

    /// <summary>True when nearly all of the heap the process may have is in use, as far as can be told without a collection.</summary>
    public bool HeapIsNearlyFull => GC.GetTotalMemory(forceFullCollection: false) > _available * HeapFull;

    /// <summary>True when a collection has found the heap full of what lives; until the next one.</summary>
    public bool HeapIsFull
    {
        get => _heapIsFull;
        set => _heapIsFull = value;
    }

    /// <summary>Sets what there may be from now on; zero is a quarter of what the process may have.</summary>
    public void SetLimit(long limit) => Volatile.Write(ref _limit, limit > 0 ? limit : _available / Share);

    /// <summary>All that retain.</summary>
    public IEnumerable<IRetainer> Retainers => _retainers();

    /// <summary>Says where more of those are found that retain. Before the gateway listens.</summary>
    public void Watch(Func<IEnumerable<IRetainer>> retainers)
    {
        var before = _retainers;
        _retainers = () => before().Concat(retainers());
    }

    /// <summary>Says whom to tell when more waits than there may be. It must not take long.</summary>
    public void WhenOver(Action tell) => _onOver = tell;

    /// <summary>So much more waits; less, when it is negative.</summary>
    public void AddWaiting(long bytes)
    {
        if (Interlocked.Add(ref _waiting, bytes) + Retained > Limit && bytes > 0)
        {
            _onOver();
        }
    }

    /// <summary>So much more is retained; less, when it is negative.</summary>
    public void AddRetained(long bytes) => Interlocked.Add(ref _retained, bytes);

    /// <summary>True when there is room for so much more.</summary>
    public bool HasRoom(long bytes) => Waiting + Retained + bytes <= Limit && !_heapIsFull;
}
