using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Budgets.Memory;

/// <summary>Brings what waits and what is retained back under their bound: logs shrink, the largest first, and streams end for which most waits.</summary>
internal sealed partial class MemoryShed : ISwept, IThreadPoolWorkItem
{
    private static readonly TimeSpan WarningPeriod = TimeSpan.FromMinutes(1);

    // A collection of all generations while the heap is nearly full; the runtime would make one soon by itself.
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromSeconds(5);

    private readonly MemoryBudget _memory;
    private readonly StreamRegistry _registry;
    private readonly ILogger<MemoryShed> _logger;
    private readonly Lock _ending = new();
    private int _queued;

    // Only the sweep's.
    private TimeSpan? _collected;
    private TimeSpan? _warned;

    public MemoryShed(MemoryBudget memory, StreamRegistry registry, ILogger<MemoryShed> logger)
    {
        (_memory, _registry, _logger) = (memory, registry, logger);
        memory.WhenOver(Queue);
    }

    // A full heap is more than what waits and what is retained, but these can go.
    private long Target => (_memory.HeapIsFull ? Math.Min(_memory.Limit, _memory.Waiting + _memory.Retained) / 2 : _memory.Limit) / 8 * 7;

    public void Sweep()
    {
        LookAtHeap();
        if (!_memory.Over && !_memory.HeapIsFull)
        {
            return;
        }

        Warn();

        // Clients that do not read must not cost the others all of what they could resume from.
        var target = Target;
        ShrinkTo(Math.Max(target - _memory.Waiting, target / 2));
        EndSlowest(target);
    }

    /// <summary>Ends streams before the next sweep: what waits grows faster than that.</summary>
    public void Execute()
    {
        Volatile.Write(ref _queued, 0);
        if (_memory.Over)
        {
            EndSlowest(Target);
        }
    }

    private void Queue()
    {
        if (Interlocked.Exchange(ref _queued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void LookAtHeap()
    {
        var now = _registry.Now;
        if (!_memory.HeapIsFull && !_memory.HeapIsNearlyFull)
        {
            return;
        }

        if (_collected is null || now - _collected >= BetweenCollections)
        {
            _collected = now;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        _memory.HeapIsFull = _memory.HeapIsNearlyFull;
    }

    // To one level for all of them: the small ones stay as they are.
    private void ShrinkTo(long bytes)
    {
        IRetainer[] retainers = [.. _memory.Retainers];
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

    private void EndSlowest(long target)
    {
        lock (_ending)
        {
            // What is retained has its half at most; and streams that are ending keep theirs for a moment.
            var excess = _memory.Waiting - (target - Math.Min(_memory.Retained, target / 2));
            if (excess <= 0)
            {
                return;
            }

            var waiting = _registry.Streams.Where(stream => stream.WaitingBytes > 0).ToLookup(stream => stream.Reason == CloseReason.None);
            excess -= waiting[false].Sum(stream => (long)stream.WaitingBytes);
            foreach (var stream in waiting[true].OrderByDescending(stream => (stream.WaitingBytes, stream.WriteWaiting)))
            {
                if (excess <= 0)
                {
                    return;
                }

                excess -= stream.WaitingBytes;
                stream.AbortAsSlow();
            }
        }
    }

    private void Warn()
    {
        var now = _registry.Now;
        if (_warned is null || now - _warned >= WarningPeriod)
        {
            _warned = now;
            var (waiting, retained, limit) = (_memory.Waiting, _memory.Retained, _memory.Limit);
            LogOver(_logger, waiting, retained, limit);
        }
    }

    [LoggerMessage(
        EventId = 173, Level = LogLevel.Warning,
        Message = "Memory is short: {Waiting} bytes wait for clients and {Retained} are retained, {Limit} may be: logs shrink, "
            + "the slowest clients are cut off, and no stream is admitted")]
    private static partial void LogOver(ILogger logger, long waiting, long retained, long limit);
}
