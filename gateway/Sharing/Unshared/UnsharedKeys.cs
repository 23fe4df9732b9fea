namespace SseGateway.Sharing.Unshared;

/// <summary>
/// The share keys whose streams turned out to be such as cannot be shared: for a while their clients are relayed, each with an upstream stream of its
/// own, and nothing is tried at their cost.
/// </summary>
/// <remarks>Bounded: when it is full, the one that would be forgotten first is. So the worst that many keys can do is to be found out once more.</remarks>
internal sealed class UnsharedKeys(TimeProvider time)
{
    /// <summary>How long a key is remembered: rarely enough that clients are sent away for it, and soon enough that a service which was mended is shared
    /// again.</summary>
    public static readonly TimeSpan While = TimeSpan.FromMinutes(10);

    private const int Most = 1024;

    private readonly Lock _lock = new();

    // Guarded by _lock. The queue is in the order in which they end, which is that in which they came.
    private readonly Dictionary<ShareKey, long> _since = [];
    private readonly Queue<(ShareKey Key, long Since)> _order = new();
    private readonly Dictionary<(string RouteId, string Sign), long> _warned = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _since.Count;
            }
        }
    }

    /// <summary>Remembers a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="sign">What its stream has shown.</param>
    /// <returns>True when its route has not shown that for as long as a key is remembered: then it is worth a warning.</returns>
    public bool Add(ShareKey key, string sign)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            Forget();
            while (_order.Count >= Most)
            {
                Remove(_order.Dequeue());
            }

            _since[key] = now;
            _order.Enqueue((key, now));
            var isNew = !_warned.TryGetValue((key.RouteId, sign), out var warned) || time.GetElapsedTime(warned, now) >= While;
            if (isNew)
            {
                _warned[(key.RouteId, sign)] = now;
            }

            return isNew;
        }
    }

    public bool Contains(ShareKey key)
    {
        lock (_lock)
        {
            if (_order.Count == 0)
            {
                return false;
            }

            Forget();
            return _since.ContainsKey(key);
        }
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) >= While)
        {
            Remove(_order.Dequeue());
        }
    }

    private void Remove((ShareKey Key, long Since) entry)
    {
        // It may have been added again since.
        if (_since.TryGetValue(entry.Key, out var since) && since == entry.Since)
        {
            _since.Remove(entry.Key);
        }
    }
}
