namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>A private key that the harness signs tokens with.</summary>
/// <param name="Algorithm"><c>RS256</c> or <c>ES256</c>.</param>
/// <param name="KeyId">The <c>kid</c> by which the target knows its public half.</param>
/// <param name="PemFile">PKCS#8 in PEM.</param>
internal sealed record SigningKey(string Algorithm, string KeyId, string PemFile);
