namespace SseGateway.Edge.Tickets.Sealed;

/// <summary>What a sealed ticket says.</summary>
/// <param name="UsableUntil">Until when it may be used first.</param>
/// <param name="Callers">For whom, at least one: with one credential there is one for each way to check it.</param>
internal sealed record SealedTicket(DateTimeOffset UsableUntil, IReadOnlyList<SealedCaller> Callers)
{
    public static SealedTicket Of(IReadOnlyList<TicketGrant> grants, DateTimeOffset usableUntil) =>
        new(usableUntil, [.. grants.GroupBy(grant => (grant.Caller, grant.EndsAt, grant.Identity)).Select(SealedCaller.Of)]);

    /// <summary>When the last of it ends.</summary>
    public DateTimeOffset EndsAt => Callers.Max(caller => caller.EndsAt);
}
