namespace SseGateway.Edge.Authentication;

/// <summary>Request feature: who the credential says the client is.</summary>
/// <param name="Subject">The JWT's <c>sub</c>, or the API key's subject.</param>
/// <param name="Kind">What kind of credential it was.</param>
/// <param name="ExpiresAt">When the credential ends (the JWT's <c>exp</c>, without clock skew); null when it does not.</param>
/// <param name="IssuedAt">The JWT's <c>iat</c>; null when it has none.</param>
/// <param name="KeyId">Hexadecimal SHA-256 of the API key, in lower case; null with a JWT.</param>
internal sealed record Caller(string Subject, CallerKind Kind, DateTimeOffset? ExpiresAt, DateTimeOffset? IssuedAt = null, string? KeyId = null);
