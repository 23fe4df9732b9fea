using System.Runtime.InteropServices;
using SseGateway.Budgets.Files;
using SseGateway.Budgets.Memory;
using SseGateway.Configuration;

namespace SseGateway.Streams;

/// <summary>
/// Counts live streams: in total, by route, by address and by subject; and the rate at which they are opened.
/// </summary>
/// <remarks>
/// One lock guards every count, so that a stream is either in all of its counts or in none, and a limit of N lets exactly N in however
/// many ask at once. Entries that reach zero are removed: the memory is that of the live streams, not of all clients ever seen.
/// </remarks>
internal sealed class StreamLimiter(TimeProvider time, int maxStreams, FileBudget? files = null, MemoryBudget? memory = null)
{
    private readonly Lock _lock = new();

    // Guarded by _lock, all of them.
    private readonly Dictionary<string, int> _routes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Scope, AddressKey Address), int> _addresses = [];
    private readonly Dictionary<(string Scope, string Subject), LinkedList<StreamLease>> _subjects = [];
    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private int _total;
    private int _maxStreams = maxStreams;

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

    /// <summary>Sets how many streams the process may have from now on; 0 is no limit. Those that are there stay.</summary>
    public void Limit(int streams)
    {
        lock (_lock)
        {
            _maxStreams = streams;
        }
    }

    /// <summary>Admits a stream, or says which limit forbids it. What is refused counts nowhere and takes no connect token.</summary>
    /// <param name="applicant">Who asks.</param>
    /// <param name="lease">The place; null when refused.</param>
    /// <param name="evicted">The subject's oldest place, which is this one now; its stream is for the caller to end.</param>
    public RefusalReason TryAcquire(StreamApplicant applicant, out StreamLease? lease, out StreamLease? evicted)
    {
        ArgumentNullException.ThrowIfNull(applicant);
        (lease, evicted) = (null, null);
        lock (_lock)
        {
            var reason = Check(applicant, ref evicted);
            if (reason != RefusalReason.None)
            {
                return reason;
            }

            if (evicted is not null)
            {
                GiveBack(evicted);
            }

            lease = new StreamLease(this, applicant);
            TakeIn(lease);
            return RefusalReason.None;
        }
    }

    internal void Release(StreamLease lease)
    {
        lock (_lock)
        {
            GiveBack(lease);
        }
    }

    /// <summary>The stream has its head: the upstream's connection, if it has one for itself, counts for itself.</summary>
    internal void NoteOpened(StreamLease lease)
    {
        if (lease.TryNoteOpened())
        {
            NoteOpened(lease.Applicant);
        }
    }

    private void NoteOpened(StreamApplicant applicant)
    {
        if (applicant.Mode == StreamMode.Relay)
        {
            files?.NoteOpened();
        }
    }

    private RefusalReason Check(StreamApplicant applicant, ref StreamLease? evicted)
    {
        var (routeId, limits) = (applicant.RouteId, applicant.Limits);
        if (Full(_maxStreams, _total))
        {
            return RefusalReason.TotalStreams;
        }

        if (Full(limits.StreamsPerRoute, _routes.GetValueOrDefault(routeId)))
        {
            return RefusalReason.RouteStreams;
        }

        if (Full(limits.StreamsPerAddress, _addresses.GetValueOrDefault(AddressOf(applicant))))
        {
            return RefusalReason.AddressStreams;
        }

        if (applicant.Subject is not null && _subjects.TryGetValue(SubjectOf(applicant), out var ofSubject) && Full(limits.StreamsPerSubject, ofSubject.Count))
        {
            if (limits.OnSubjectLimit != SubjectLimitAction.EvictOldest)
            {
                return RefusalReason.SubjectStreams;
            }

            evicted = ofSubject.First!.Value;
        }

        if (memory?.Full == true)
        {
            evicted = null;
            return RefusalReason.Memory;
        }

        if (files?.TryOpen(applicant.Mode) == false)
        {
            evicted = null;
            return RefusalReason.OpenFiles;
        }

        if (limits.ConnectsPerSecond > 0)
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, routeId, out _);
            if (!bucket.TryTake(time, limits.ConnectsPerSecond, limits.ConnectBurst))
            {
                evicted = null;
                NoteOpened(applicant);
                return RefusalReason.ConnectRate;
            }
        }

        return RefusalReason.None;
    }

    private void TakeIn(StreamLease lease)
    {
        var applicant = lease.Applicant;
        _total++;
        CollectionsMarshal.GetValueRefOrAddDefault(_routes, applicant.RouteId, out _)++;
        if (applicant.Limits.StreamsPerAddress > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_addresses, AddressOf(applicant), out _)++;
        }

        if (applicant.Limits.StreamsPerSubject > 0 && applicant.Subject is not null)
        {
            ref var ofSubject = ref CollectionsMarshal.GetValueRefOrAddDefault(_subjects, SubjectOf(applicant), out _);
            lease.OfSubject = (ofSubject ??= []).AddLast(lease);
        }
    }

    private void GiveBack(StreamLease lease)
    {
        if (lease.Released)
        {
            return;
        }

        lease.MarkReleased();
        NoteOpened(lease);
        var applicant = lease.Applicant;
        _total--;
        Decrement(_routes, applicant.RouteId);
        if (applicant.Limits.StreamsPerAddress > 0)
        {
            Decrement(_addresses, AddressOf(applicant));
        }

        if (lease.OfSubject is { List: { } ofSubject } node)
        {
            ofSubject.Remove(node);
            if (ofSubject.Count == 0)
            {
                _subjects.Remove(SubjectOf(applicant));
            }
        }
    }

    private static (string Scope, AddressKey Address) AddressOf(StreamApplicant applicant) => (applicant.Limits.AddressScope, applicant.Address);

    private static (string Scope, string Subject) SubjectOf(StreamApplicant applicant) => (applicant.Limits.SubjectScope, applicant.Subject ?? "");

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
