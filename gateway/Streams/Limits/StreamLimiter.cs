using System.Runtime.InteropServices;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Limits;

/// <summary>
/// Counts the places of live streams, and the rate at which streams are opened; and, apart from them, the places of calls.
/// </summary>
/// <remarks>
/// One lock guards every count, so that a stream is either in all of its counts or in none, and a limit of N lets exactly N in however
/// many ask at once.
/// </remarks>
internal sealed class StreamLimiter(
    TimeProvider time, int maxStreams, FileBudget? files = null, MemoryBudget? memory = null, IFleetPlaces? fleet = null)
{
    // Calls that a client, or an office behind one address, may have under way at once beyond as many as it may have streams. An agent that uses
    // tools in parallel has some ten.
    internal const int CallsBeside = 16;

    private readonly Lock _lock = new();

    // Guarded by _lock, all of them.
    private readonly PlaceCounts _streams = new(beside: 0);
    private readonly PlaceCounts _calls = new(CallsBeside);
    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private int _maxStreams = maxStreams;

    /// <summary>What is counted together with other gateways; null for a gateway alone.</summary>
    public IFleetPlaces? Fleet => fleet;

    /// <summary>Places taken at this moment.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _streams.Total + _calls.Total;
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
                return _streams.Entries + _calls.Entries;
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
    /// <param name="evicted">Another place of the subject's, which is this one now; its stream is for the caller to end.</param>
    /// <param name="predecessor">A place that is given back for this one, should it be admitted; its stream is for the caller to end too.</param>
    public RefusalReason TryAcquire(StreamApplicant applicant, out StreamLease? lease, out StreamLease? evicted, StreamLease? predecessor = null)
    {
        ArgumentNullException.ThrowIfNull(applicant);
        (lease, evicted) = (null, null);
        lock (_lock)
        {
            if (Succeed(applicant, predecessor, ref evicted) is not RefusalReason.None and var reason)
            {
                return reason;
            }

            if (evicted is not null)
            {
                GiveBack(evicted);
            }

            lease = new StreamLease(this, applicant);
            Counts(applicant).TakeIn(lease);
            return RefusalReason.None;
        }
    }

    /// <summary>The streams at this moment, without calls.</summary>
    public StreamNumbers Numbers()
    {
        lock (_lock)
        {
            return _streams.Numbers();
        }
    }

    /// <summary>Another gateway has refused what was admitted here: as if it had never been asked for.</summary>
    /// <param name="lease">The place.</param>
    /// <param name="evicted">The one that it had been.</param>
    /// <param name="predecessor">The one that had been given back for it.</param>
    public void Undo(StreamLease lease, StreamLease? evicted, StreamLease? predecessor)
    {
        Withdraw(lease);
        lock (_lock)
        {
            Reinstate(evicted);
            Reinstate(predecessor);
        }
    }

    internal void Release(StreamLease lease)
    {
        lock (_lock)
        {
            lease.IsOver = true;
            GiveBack(lease);
        }

        fleet?.GiveBack(lease);
    }

    /// <summary>As if the place had never been taken.</summary>
    internal void Withdraw(StreamLease lease)
    {
        var limits = lease.Applicant.Limits;
        lock (_lock)
        {
            GiveBack(lease);
            if (lease.Applicant.Place == Place.Stream && limits.ConnectsPerSecond > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_buckets, lease.Applicant.RouteId, out _).PutBack(limits.ConnectsPerSecond, limits.ConnectBurst);
            }
        }

        fleet?.GiveBack(lease);
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

    // The predecessor's place is free for this one, and is the predecessor's again when this one is refused all the same.
    private RefusalReason Succeed(StreamApplicant applicant, StreamLease? predecessor, ref StreamLease? evicted)
    {
        if (predecessor is null or { Released: true })
        {
            return Check(applicant, ref evicted);
        }

        var counts = Counts(predecessor.Applicant);
        counts.GiveBack(predecessor);
        var reason = Check(applicant, ref evicted);
        if (reason == RefusalReason.None)
        {
            predecessor.MarkReleased();
            NoteOpened(predecessor);
        }
        else
        {
            counts.TakeIn(predecessor);
        }

        return reason;
    }

    private RefusalReason Check(StreamApplicant applicant, ref StreamLease? evicted)
    {
        var counts = Counts(applicant);
        var reason = counts.Check(applicant, _maxStreams, applicant.Place == Place.Stream ? fleet?.Others : null);
        if (reason == RefusalReason.SubjectStreams && applicant.Place == Place.Stream && Yielding(applicant, counts.OfSubject(applicant)!) is { } yielding)
        {
            (evicted, reason) = (yielding, RefusalReason.None);
        }

        reason = reason != RefusalReason.None ? reason
            : memory?.Full == true ? RefusalReason.Memory
            : files?.TryOpen(applicant.Mode) == false ? RefusalReason.OpenFiles
            : RefusalReason.None;

        // Last, so that what another limit refuses takes no token.
        if (reason == RefusalReason.None && !TryConnect(applicant))
        {
            NoteOpened(applicant);
            reason = RefusalReason.ConnectRate;
        }

        evicted = reason == RefusalReason.None ? evicted : null;
        return reason;
    }

    // The newest of what is the same thing takes over even where a subject's next stream is refused: mostly the old one is the same page's, on a
    // connection that is dead and does not say so.
    private static StreamLease? Yielding(StreamApplicant applicant, LinkedList<StreamLease> ofSubject) =>
        applicant.Limits.OnSubjectLimit == SubjectLimitAction.EvictOldest ? ofSubject.First!.Value
        : applicant.Target is { } target ? ofSubject.FirstOrDefault(lease => lease.Applicant.Target == target)
        : null;

    private bool TryConnect(StreamApplicant applicant)
    {
        var limits = applicant.Limits;
        return applicant.Place == Place.Call
            || limits.ConnectsPerSecond <= 0
            || CollectionsMarshal.GetValueRefOrAddDefault(_buckets, applicant.RouteId, out _).TryTake(time, limits.ConnectsPerSecond, limits.ConnectBurst);
    }

    private void GiveBack(StreamLease lease)
    {
        if (!lease.Released)
        {
            lease.MarkReleased();
            NoteOpened(lease);
            Counts(lease.Applicant).GiveBack(lease);
        }
    }

    // Unless its stream is over by now.
    private void Reinstate(StreamLease? lease)
    {
        if (lease is { Released: true, IsOver: false })
        {
            lease.MarkTaken();
            Counts(lease.Applicant).TakeIn(lease);
        }
    }

    private PlaceCounts Counts(StreamApplicant applicant) => applicant.Place == Place.Call ? _calls : _streams;
}
