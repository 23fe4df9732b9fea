using System.Net;

namespace SseGateway.Streams.Life;

/// <summary>Whom a stream is for.</summary>
/// <param name="Address">The client's address, behind the trusted proxies; null on a Unix socket.</param>
/// <param name="Subject">The authenticated subject; null when there is none.</param>
/// <param name="KeyId">Hexadecimal SHA-256 of the API key that was used; null with any other credential.</param>
/// <param name="ExpiresAt">When the credential ends; null when it does not.</param>
/// <param name="IssuedAt">When it was issued; null when it does not say.</param>
internal sealed record StreamClient(
    IPAddress? Address, string? Subject, string? KeyId = null, DateTimeOffset? ExpiresAt = null, DateTimeOffset? IssuedAt = null);
