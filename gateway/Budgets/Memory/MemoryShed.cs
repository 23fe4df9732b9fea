using SseGateway.Streams;

namespace SseGateway.Budgets.Memory;

/// <summary>Brings what waits and what is retained back under their bound: logs shrink, the largest first, and streams end for which most waits.</summary>
internal sealed partial class MemoryShed(MemoryBudget memory, StreamRegistry registry, ILogger<MemoryShed> logger) : ISwept
{
    private static readonly TimeSpan WarningPeriod = TimeSpan.FromMinutes(1);

    // A collection of all generations while the heap is nearly full; the runtime would make one soon by itself.
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<IRetainer> _retainers = [];

    // Only the sweep's.
    private TimeSpan _collected = TimeSpan.MinValue;
    private TimeSpan _warned = TimeSpan.MinValue;

    public void Add(IRetainer retainer)
    {
        lock (_lock)
        {
            _retainers.Add(retainer);
        }
    }

    public void Remove(IRetainer retainer)
    {
        lock (_lock)
        {
            _retainers.Remove(retainer);
        }
    }

    public void Sweep()
    {
        LookAtHeap();
        if (!memory.Over && !memory.HeapIsFull)
        {
            return;
        }

        // A full heap is more than what waits and what is retained, but these can go.
        var target = (memory.HeapIsFull ? Math.Min(memory.Limit, memory.Waiting + memory.Retained) / 2 : memory.Limit) * 7 / 8;
        Warn();

        // Clients that do not read must not cost the others all of what they could resume from.
        ShrinkTo(Math.Max(target - memory.Waiting, target / 2));
        EndUntil(target - Math.Min(memory.Retained, target / 2));
    }

    private void LookAtHeap()
    {
        var now = registry.Now;
        if (!memory.HeapIsFull && !memory.HeapIsNearlyFull)
        {
            return;
        }

        if (_collected == TimeSpan.MinValue || now - _collected >= BetweenCollections)
        {
            _collected = now;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        memory.HeapIsFull = memory.HeapIsNearlyFull;
    }

    // To one level for all of them: the small ones stay as they are.
    private void ShrinkTo(long bytes)
    {
        IRetainer[] retainers;
        lock (_lock)
        {
            retainers = [.. _retainers];
        }

        var sizes = retainers.Select(retainer => retainer.Retained).Order().ToArray();
        if (sizes.Sum() <= bytes)
        {
            return;
        }

        var left = bytes;
        var level = 0L;
        for (var i = 0; i < sizes.Length; i++)
        {
            level = left / (sizes.Length - i);
            if (sizes[i] > level)
            {
                break;
            }

            left -= sizes[i];
        }

        foreach (var retainer in retainers)
        {
            retainer.Shrink(level);
        }
    }

    private void EndUntil(long bytes)
    {
        var excess = memory.Waiting - bytes;
        if (excess <= 0)
        {
            return;
        }

        foreach (var stream in registry.Streams.Where(stream => stream.WaitingBytes > 0).OrderByDescending(stream => (stream.WaitingBytes, stream.WriteWaiting)))
        {
            if (excess <= 0)
            {
                return;
            }

            excess -= stream.WaitingBytes;
            stream.AbortAsSlow();
        }
    }

    private void Warn()
    {
        var now = registry.Now;
        if (_warned == TimeSpan.MinValue || now - _warned >= WarningPeriod)
        {
            _warned = now;
            LogOver(logger, memory.Waiting, memory.Retained, memory.Limit);
        }
    }

    [LoggerMessage(EventId = 173, Level = LogLevel.Warning, Message = "Memory is short: {Waiting} bytes wait for clients and {Retained} are retained, {Limit} may be: logs shrink, the slowest clients are cut off, and no stream is admitted")]
    private static partial void LogOver(ILogger logger, long waiting, long retained, long limit);
}
