namespace SseGateway.Streams.Revoking;

/// <summary>What was revoked.</summary>
/// <param name="IsKey">True for an API key, false for a subject.</param>
/// <param name="Name">The key's id, or the subject.</param>
/// <param name="At">When: a subject's credentials that were issued later are good.</param>
internal readonly record struct Revocation(bool IsKey, string Name, DateTimeOffset At);
