using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;

namespace SseGateway.Edge.Tickets;

/// <summary>
/// All tickets of this process. A ticket waits a short time for its first use, which binds it to one stream; from then on it is a lease, with
/// which that stream alone can be opened again, until the credential ends. So a ticket out of a log is of no use, and the browser's own
/// reconnect, which repeats the URL with the ticket in it, works all the same.
/// </summary>
/// <remarks>
/// No more tickets are kept than the settings say: a subject's next one takes the place of its oldest that was never used, or else of its
/// oldest that has no stream now; beyond the total, none is issued. What has come to its end goes at the next call: no timer.
/// </remarks>
internal sealed class TicketStore(TimeProvider time, CurrentSettings current)
{
    private readonly Lock _lock = new();

    // Guarded by _lock, all of them and what is in them.
    private readonly Dictionary<string, TicketEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TicketEntry>> _subjects = new(StringComparer.Ordinal);
    private readonly SortedSet<TicketEntry> _byDue = new(TicketEntry.ByDue);
    private long _lastNumber;

    /// <summary>Tickets that can be used now or when their stream is over.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                RemoveDue(time.GetUtcNow());
                return _entries.Count;
            }
        }
    }

    /// <param name="grants">What it is to be good for; at least one.</param>
    public TicketIssue Issue(IReadOnlyList<TicketGrant> grants)
    {
        ArgumentOutOfRangeException.ThrowIfZero(grants.Count);
        var ticket = Ticket.Create();
        var now = time.GetUtcNow();
        var end = grants.Max(grant => grant.EndsAt);
        var settings = current.Value.Tickets;
        var due = end - now < settings.FirstUse ? end : now + settings.FirstUse;
        lock (_lock)
        {
            RemoveDue(now);
            if (!MakeRoom(grants[0].Caller.Subject, settings.PerSubject))
            {
                return new(TicketIssueOutcome.SubjectFull);
            }

            if (_entries.Count >= settings.Total)
            {
                return new(TicketIssueOutcome.Full);
            }

            Add(new TicketEntry(++_lastNumber, ticket.Fingerprint(), grants, due));
        }

        return new(TicketIssueOutcome.Issued, ticket, due - now, end);
    }

    /// <summary>Opens the ticket's stream, the first time or again.</summary>
    /// <param name="ticket">What the client shows.</param>
    /// <param name="route">The settings of the stream's route.</param>
    /// <param name="stream">What tells the stream from all others.</param>
    /// <returns>Accepted, with the use to begin when the stream has its place, and to dispose when it is over; or invalid.</returns>
    public AuthenticationResult Redeem(Ticket ticket, RouteSettings route, string stream)
    {
        var fingerprint = ticket.Fingerprint();
        var now = time.GetUtcNow();
        lock (_lock)
        {
            RemoveDue(now);
            if (!_entries.TryGetValue(fingerprint, out var entry))
            {
                return AuthenticationResult.Invalid("the ticket is unknown, or over");
            }

            if (GrantFor(route, entry.Grants) is not { } grant)
            {
                return AuthenticationResult.Invalid("the ticket is for other routes");
            }

            if (grant.EndsAt <= now)
            {
                return AuthenticationResult.Invalid("the credential of the ticket is over");
            }

            if (entry.Stream is not null && entry.Stream != stream)
            {
                return AuthenticationResult.Invalid("the ticket has opened a stream of another path or query");
            }

            if (entry.Stream is null)
            {
                Bind(entry, stream, grant.EndsAt);
            }

            return new(AuthenticationOutcome.Accepted, grant.Caller with { ExpiresAt = grant.EndsAt }, grant.Identity, new TicketUse(this, entry));
        }
    }

    private static TicketGrant? GrantFor(RouteSettings route, IReadOnlyList<TicketGrant> grants)
    {
        for (var i = 0; i < grants.Count; i++)
        {
            if (grants[i].IsGoodFor(route))
            {
                return grants[i];
            }
        }

        return null;
    }

    /// <summary>Called with the ticket whose stream somebody has opened. Must neither wait nor throw.</summary>
    public Action<string>? Begun { get; set; }

    /// <summary>True when the ticket is here.</summary>
    public bool Knows(string fingerprint)
    {
        lock (_lock)
        {
            RemoveDue(time.GetUtcNow());
            return _entries.ContainsKey(fingerprint);
        }
    }

    /// <summary>Takes in a ticket that has been issued elsewhere, and could be taken in again: one without a stream goes when there is no room.</summary>
    /// <param name="fingerprint">The ticket's.</param>
    /// <param name="grants">What it is good for.</param>
    /// <param name="stream">The one that it is for.</param>
    /// <returns>False when there are as many with a stream as there may be.</returns>
    public bool TryAdopt(string fingerprint, IReadOnlyList<TicketGrant> grants, string stream)
    {
        var settings = current.Value.Tickets;
        lock (_lock)
        {
            if (_entries.ContainsKey(fingerprint))
            {
                return true;
            }

            if (!MakeRoom(grants[0].Caller.Subject, settings.PerSubject))
            {
                return false;
            }

            if (_entries.Count >= settings.Total)
            {
                if (_byDue.FirstOrDefault(entry => entry.Use is null) is not { } idle)
                {
                    return false;
                }

                Remove(idle);
            }

            Add(new TicketEntry(++_lastNumber, fingerprint, grants, grants.Max(grant => grant.EndsAt)) { Stream = stream });
            return true;
        }
    }

    /// <summary>Ends the stream of a ticket, whose newest is somewhere else.</summary>
    public void EndOf(string fingerprint)
    {
        TicketUse? use;
        lock (_lock)
        {
            use = _entries.GetValueOrDefault(fingerprint)?.Use;
        }

        use?.Yield();
    }

    /// <summary>Makes tickets worthless, as when a subject or a key is revoked. Streams that they have opened are for the caller to end.</summary>
    /// <returns>How many.</returns>
    public int Revoke(Func<Caller, bool> which)
    {
        lock (_lock)
        {
            var revoked = _entries.Values.Where(entry => entry.Grants.Any(grant => which(grant.Caller))).ToList();
            revoked.ForEach(Remove);
            return revoked.Count;
        }
    }

    /// <summary>Who has the ticket's stream now; null for nobody.</summary>
    internal TicketUse? Current(TicketEntry entry)
    {
        lock (_lock)
        {
            return entry.Use;
        }
    }

    /// <summary>Gives the ticket's stream to whoever has come last.</summary>
    /// <returns>Who had it until now; null for nobody.</returns>
    internal TicketUse? Begin(TicketEntry entry, TicketUse use)
    {
        lock (_lock)
        {
            var before = entry.Use;
            entry.Use = use.Over ? null : use;
            return before;
        }
    }

    /// <summary>Somebody's stream is over, which may not be the newest.</summary>
    internal void End(TicketEntry entry, TicketUse use)
    {
        lock (_lock)
        {
            use.Over = true;
            if (entry.Use == use)
            {
                entry.Use = null;
            }
        }
    }

    private bool MakeRoom(string subject, int most)
    {
        if (!_subjects.TryGetValue(subject, out var tickets) || tickets.Count < most)
        {
            return true;
        }

        if ((tickets.Find(ticket => ticket.Stream is null) ?? tickets.Find(ticket => ticket.Use is null)) is not { } oldest)
        {
            return false;
        }

        Remove(oldest);
        return true;
    }

    private void Add(TicketEntry entry)
    {
        _entries.Add(entry.Fingerprint, entry);
        _byDue.Add(entry);
        if (!_subjects.TryGetValue(entry.Subject, out var tickets))
        {
            _subjects.Add(entry.Subject, tickets = []);
        }

        tickets.Add(entry);
    }

    private void Bind(TicketEntry entry, string stream, DateTimeOffset end)
    {
        // The set is ordered by what is changed here.
        _byDue.Remove(entry);
        entry.Stream = stream;
        entry.Due = end;
        _byDue.Add(entry);
    }

    private void Remove(TicketEntry entry)
    {
        _entries.Remove(entry.Fingerprint);
        _byDue.Remove(entry);
        var tickets = _subjects[entry.Subject];
        tickets.Remove(entry);
        if (tickets.Count == 0)
        {
            _subjects.Remove(entry.Subject);
        }
    }

    private void RemoveDue(DateTimeOffset now)
    {
        while (_byDue.Min is { } entry && entry.Due <= now)
        {
            Remove(entry);
        }
    }
}
