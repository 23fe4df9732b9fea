using Microsoft.IdentityModel.Tokens;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Reading;

/// <summary>Which keys of a JSON Web Key Set signatures are checked with.</summary>
internal static class KeyKinds
{
    /// <summary>True for those of RSA and of elliptic curves. Ed25519 (OKP, RFC 8037) is not in .NET.</summary>
    public static bool IsUsable(JsonWebKey key) => key.Kty is "RSA" or "EC" && key.Use is null or "" or "sig";

    /// <summary>What a set has, for its owner: <c>2 of OKP Ed25519</c>.</summary>
    public static string Describe(JsonWebKeySet? set) => set is not { Keys.Count: > 0 }
        ? "none"
        : string.Join(", ", set.Keys.GroupBy(Describe).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Count()} of {kind.Key}"));

    private static string Describe(JsonWebKey key) =>
        LogText.Of(string.Join(' ', new[] { key.Kty, key.Crv, key.Use is "enc" ? "for encryption" : null }.Where(part => !string.IsNullOrEmpty(part))));
}
