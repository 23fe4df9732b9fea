using Microsoft.IdentityModel.Tokens;

namespace SseGateway.Edge.Authentication.Keys;

/// <summary>The keys that may have signed a token, at one moment.</summary>
/// <param name="issuer">The only accepted issuer.</param>
/// <param name="keys">The keys.</param>
internal sealed class SigningKeys(string issuer, IReadOnlyList<SecurityKey> keys)
{
    public string Issuer { get; } = issuer;

    /// <summary>
    /// The keys to try for a token: those with its key id, and those that have none. A token that names an unknown key matches nothing;
    /// trying the others would only be work for whoever sends such tokens. A key that says for which algorithm it is, is used for no
    /// other (RFC 8725, 3.1).
    /// </summary>
    public IReadOnlyList<SecurityKey> Matching(string? keyId, string algorithm) => keys
        .Where(key => string.IsNullOrEmpty(keyId) || string.IsNullOrEmpty(key.KeyId) || key.KeyId == keyId)
        .Where(key => key is not JsonWebKey { Alg.Length: > 0 } jwk || jwk.Alg == algorithm)
        .ToList();
}
