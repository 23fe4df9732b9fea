namespace SseGateway.Edge.Tickets;

/// <summary>A ticket in the store, under whose lock its changing parts are.</summary>
/// <param name="number">Grows by one with every ticket.</param>
/// <param name="fingerprint">The ticket's.</param>
/// <param name="grants">At least one.</param>
/// <param name="due">Until when it may be used first.</param>
internal sealed class TicketEntry(long number, string fingerprint, IReadOnlyList<TicketGrant> grants, DateTimeOffset due)
{
    /// <summary>From the one that goes first to the one that stays longest.</summary>
    public static readonly Comparer<TicketEntry> ByDue =
        Comparer<TicketEntry>.Create((a, b) => a.Due.CompareTo(b.Due) is not 0 and var order ? order : a.Number.CompareTo(b.Number));

    public long Number { get; } = number;

    public string Fingerprint { get; } = fingerprint;

    public IReadOnlyList<TicketGrant> Grants { get; } = grants;

    /// <summary>By whom it is counted.</summary>
    public string Subject => Grants[0].Caller.Subject;

    /// <summary>When it goes: unused, at the end of the time for its first use; then, at the end of the lease.</summary>
    public DateTimeOffset Due { get; set; } = due;

    /// <summary>The one stream it is for; null before the first use.</summary>
    public string? Stream { get; set; }

    /// <summary>Who has that stream now; null while nobody has.</summary>
    public TicketUse? Use { get; set; }
}
