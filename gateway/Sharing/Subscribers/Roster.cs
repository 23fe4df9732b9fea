namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// The subscribers of one shared stream, and how each of them comes to write what was published. A publish only says that there is something:
/// it neither writes nor waits.
/// </summary>
internal sealed class Roster
{
    // Fewer than this many are written to by whoever publishes: a hop to another thread would cost as much as a few writes do. At 13 us a
    // write it holds the upstream's connection up for 0.2 ms at most.
    private const int Inline = 16;

    // A shard takes so many before the next one is used. Two threads that send at once are in each other's way, in the kernel and at the clients
    // they wake: 5,000 clients by two cost 7.1 us an event and by one 6.1 in one pair of runs, the same in another
    // (benchmarks/results/2026-11-25-hub.md). At 6 us a write the last of them is 50 ms behind the first.
    private const int ShardLength = 8192;

    private readonly RosterShard[] _shards = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 8)).Select(_ => new RosterShard())];
    private int _count;
    private int _turn;

    public int Count => Volatile.Read(ref _count);

    public void Add(Subscriber subscriber)
    {
        Interlocked.Increment(ref _count);
        if (!TryJoin(subscriber))
        {
            var shard = Array.FindIndex(_shards, static shard => shard.Count < ShardLength);
            subscriber.Shard = shard < 0 ? (int)((uint)Interlocked.Increment(ref _turn) % (uint)_shards.Length) : shard;
            _shards[subscriber.Shard].Add(subscriber);
        }
    }

    public void Remove(Subscriber subscriber)
    {
        _shards[subscriber.Shard].Remove(subscriber);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>Has every subscriber write. Returns at once, but for a few subscribers it writes itself.</summary>
    public void Publish()
    {
        var inline = Count < Inline;
        foreach (var shard in _shards)
        {
            shard.Wake(inline);
        }
    }

    /// <summary>Does something with each, in no order.</summary>
    public void ForEach(Action<Subscriber> action)
    {
        foreach (var shard in _shards)
        {
            shard.ForEach(action);
        }
    }

    // Where others of its connection are, though there may be enough of them.
    private bool TryJoin(Subscriber subscriber)
    {
        for (var shard = 0; subscriber.Connection is { } connection && shard < _shards.Length; shard++)
        {
            if (_shards[shard].TryJoin(subscriber, connection))
            {
                subscriber.Shard = shard;
                return true;
            }
        }

        return false;
    }
}
