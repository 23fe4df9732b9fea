namespace SseGateway.Admin;

/// <summary>Whose streams are to end: one of the two.</summary>
/// <param name="Subject">A subject; its tokens that were issued until now are refused from now on.</param>
/// <param name="KeyId">Hexadecimal SHA-256 of an API key, as in the settings; the key is refused from now on.</param>
internal sealed record RevokeRequest(string? Subject = null, string? KeyId = null);
