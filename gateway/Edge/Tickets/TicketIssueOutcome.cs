namespace SseGateway.Edge.Tickets;

internal enum TicketIssueOutcome
{
    Issued,

    /// <summary>The subject has as many tickets as it may, and all of them have streams.</summary>
    SubjectFull,

    /// <summary>The process has as many as it may.</summary>
    Full,
}
