namespace SseGateway.Edge.Tickets;

/// <summary>What the wish for a ticket gave.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Ticket">Set when issued.</param>
/// <param name="UsableFor">How long it waits for its first use.</param>
/// <param name="EndsAt">When its lease ends.</param>
internal readonly record struct TicketIssue(
    TicketIssueOutcome Outcome, Ticket? Ticket = null, TimeSpan UsableFor = default, DateTimeOffset EndsAt = default);
