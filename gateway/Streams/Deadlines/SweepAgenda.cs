using SseGateway.Streams.Life;

namespace SseGateway.Streams.Deadlines;

/// <summary>
/// When each live stream is to be looked at next. A sweep reads these times alone, side by side in memory, and touches only the streams that
/// are due or have had bytes since, and not the objects of 20,000 silent ones all over the heap.
/// </summary>
/// <remarks>Pages stay when their streams are over: 16 KB for each 1,024 of the most streams there ever were at once.</remarks>
internal sealed class SweepAgenda
{
    private readonly Lock _lock = new();

    // Guarded by _lock; the sweep reads the array as it finds it.
    private readonly Stack<SweepSlot> _free = new();
    private volatile SweepPage[] _pages = [];

    /// <summary>Takes a stream in; the next sweep looks at it.</summary>
    public SweepSlot Add(LiveStream stream)
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                var page = new SweepPage();
                for (var index = SweepPage.Length - 1; index >= 0; index--)
                {
                    _free.Push(new SweepSlot(page, index));
                }

                _pages = [.. _pages, page];
            }

            var slot = _free.Pop();
            slot.Page.Streams[slot.Index] = stream;
            slot.Wake();
            return slot;
        }
    }

    /// <summary>Lets a stream go. Once for each.</summary>
    public void Remove(SweepSlot slot)
    {
        lock (_lock)
        {
            slot.Page.Streams[slot.Index] = null;
            Volatile.Write(ref slot.Page.Due[slot.Index], long.MaxValue);
            _free.Push(slot);
        }
    }

    /// <summary>Looks at every stream that is due. One call at a time.</summary>
    /// <param name="now">The registry's clock.</param>
    /// <param name="utc">The time of day.</param>
    public void Sweep(TimeSpan now, DateTimeOffset utc)
    {
        foreach (var page in _pages)
        {
            var due = page.Due;
            for (var index = 0; index < due.Length; index++)
            {
                if (Volatile.Read(ref due[index]) <= now.Ticks)
                {
                    Visit(page, index, now, utc);
                }
            }
        }
    }

    private static void Visit(SweepPage page, int index, TimeSpan now, DateTimeOffset utc)
    {
        // Whoever has news from here on puts it back to zero, and is not overwritten.
        Interlocked.Exchange(ref page.Due[index], long.MaxValue);
        if (Volatile.Read(ref page.Streams[index]) is not { } stream)
        {
            return;
        }

        var next = TimeSpan.Zero;
        try
        {
            next = stream.Sweep(now, utc);
        }
        finally
        {
            Interlocked.CompareExchange(ref page.Due[index], next.Ticks, long.MaxValue);
        }
    }
}
