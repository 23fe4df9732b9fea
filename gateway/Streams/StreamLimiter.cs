using System.Runtime.InteropServices;

namespace SseGateway.Streams;

/// <summary>
/// Counts live streams: in total, by route, by address and by subject; and the rate at which they are opened.
/// </summary>
/// <remarks>
/// One lock guards every count, so that a stream is either in all of its counts or in none, and a limit of N lets exactly N in however
/// many ask at once. Entries that reach zero are removed: the memory is that of the live streams, not of all clients ever seen.
/// </remarks>
internal sealed class StreamLimiter(TimeProvider time, int maxStreams)
{
    private readonly Lock _lock = new();

    // Guarded by _lock, all of them.
    private readonly Dictionary<string, int> _routes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Scope, AddressKey Address), int> _addresses = [];
    private readonly Dictionary<(string Scope, string Subject), int> _subjects = [];
    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private int _total;

    /// <summary>Admitted streams at this moment.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>Entries in all of the counts; zero when no stream is live.</summary>
    internal int Entries
    {
        get
        {
            lock (_lock)
            {
                return _total + _routes.Count + _addresses.Count + _subjects.Count;
            }
        }
    }

    /// <summary>Admits a stream, or says which limit forbids it. What is refused counts nowhere and takes no connect token.</summary>
    public RefusalReason TryAcquire(StreamApplicant applicant, out StreamLease? lease)
    {
        ArgumentNullException.ThrowIfNull(applicant);
        lease = null;
        var (routeId, limits, _, _) = applicant;
        var address = (limits.AddressScope, applicant.Address);
        var subject = (limits.SubjectScope, applicant.Subject ?? "");
        lock (_lock)
        {
            var reason =
                Full(maxStreams, _total) ? RefusalReason.TotalStreams
                : Full(limits.StreamsPerRoute, _routes.GetValueOrDefault(routeId)) ? RefusalReason.RouteStreams
                : Full(limits.StreamsPerAddress, _addresses.GetValueOrDefault(address)) ? RefusalReason.AddressStreams
                : applicant.Subject is not null && Full(limits.StreamsPerSubject, _subjects.GetValueOrDefault(subject)) ? RefusalReason.SubjectStreams
                : RefusalReason.None;
            if (reason == RefusalReason.None && limits.ConnectsPerSecond > 0)
            {
                ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, routeId, out _);
                if (!bucket.TryTake(time, limits.ConnectsPerSecond, limits.ConnectBurst))
                {
                    reason = RefusalReason.ConnectRate;
                }
            }

            if (reason != RefusalReason.None)
            {
                return reason;
            }

            _total++;
            CollectionsMarshal.GetValueRefOrAddDefault(_routes, routeId, out _)++;
            if (limits.StreamsPerAddress > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_addresses, address, out _)++;
            }

            if (limits.StreamsPerSubject > 0 && applicant.Subject is not null)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_subjects, subject, out _)++;
            }
        }

        lease = new StreamLease(this, applicant);
        return RefusalReason.None;
    }

    internal void Release(StreamApplicant applicant)
    {
        var limits = applicant.Limits;
        lock (_lock)
        {
            _total--;
            Decrement(_routes, applicant.RouteId);
            if (limits.StreamsPerAddress > 0)
            {
                Decrement(_addresses, (limits.AddressScope, applicant.Address));
            }

            if (limits.StreamsPerSubject > 0 && applicant.Subject is not null)
            {
                Decrement(_subjects, (limits.SubjectScope, applicant.Subject));
            }
        }
    }

    private static bool Full(int limit, int live) => limit > 0 && live >= limit;

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(counts, key) == 0)
        {
            counts.Remove(key);
        }
    }
}
