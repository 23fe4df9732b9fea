namespace SseGateway.Sharing.Log;

/// <summary>Where a client starts, and what that means for it.</summary>
/// <param name="Cursor">Its place in the log.</param>
/// <param name="From">The number of the first frame that follows from the log.</param>
/// <param name="Kind">What the header <c>Sse-Resume</c> says.</param>
/// <param name="Gap">Why its cursor was not found; only for <see cref="ResumeKind.Gap"/>.</param>
/// <param name="ResumedAt">The id of the first event that follows; null when that is not known yet.</param>
/// <param name="Snapshot">A frame that comes before all that follows; null for none.</param>
internal readonly record struct Resumption(
    LogCursor Cursor, long From, ResumeKind Kind, GapReason Gap = default, string? ResumedAt = null, byte[]? Snapshot = null);
