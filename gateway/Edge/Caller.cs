namespace SseGateway.Edge;

/// <summary>Request feature: who the credential says the client is.</summary>
/// <param name="Subject">The JWT's <c>sub</c>, or the API key's subject.</param>
/// <param name="Kind">What kind of credential it was.</param>
/// <param name="ExpiresAt">When the credential ends (the JWT's <c>exp</c>, without clock skew); null when it does not.</param>
/// <param name="KeyId">Hexadecimal SHA-256 of the API key, lower case; null for a JWT.</param>
internal sealed record Caller(string Subject, CallerKind Kind, DateTimeOffset? ExpiresAt, string? KeyId = null);
