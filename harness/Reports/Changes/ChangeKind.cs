namespace SseGateway.Harness.Reports.Changes;

/// <summary>Whether a target does better in a case than it did.</summary>
internal enum ChangeKind
{
    Worse,
    Better,

    /// <summary>Neither can be said: it was, or is, not run or in error, or it is only known otherwise.</summary>
    Other,
}
