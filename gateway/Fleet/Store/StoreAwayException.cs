namespace SseGateway.Fleet.Store;

/// <summary>The store has not answered, or not done what it was asked to. What was sent may still be done later.</summary>
/// <param name="reason">In few words, without anything secret.</param>
/// <param name="cause">What the client library said; null for nothing.</param>
internal sealed class StoreAwayException(string reason, Exception? cause = null) : IOException(reason, cause);
