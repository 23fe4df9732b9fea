using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using SseGateway.Configuration.Settings.Authentication;

namespace SseGateway.Edge.Authentication;

/// <summary>Checks API keys against the hashes in the settings.</summary>
internal static class ApiKeyAuthenticator
{
    /// <summary>Compares with every entry, in the same time wherever the right one is and however much of a wrong one is right.</summary>
    public static AuthenticationResult Check(string key, IReadOnlyList<ApiKey> keys)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Bytes(key), hash);
        ApiKey? match = null;
        foreach (var candidate in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, candidate.Sha256.Reveal()))
            {
                match = candidate;
            }
        }

        return match is null
            ? AuthenticationResult.Invalid("the API key is not listed")
            : new(AuthenticationOutcome.Accepted, new Caller(match.Subject, CallerKind.ApiKey, ExpiresAt: null, KeyId: match.Id), Identity(match));
    }

    // The server decodes headers as Latin-1, one character a byte; this gives the bytes as they were sent.
    private static byte[] Bytes(string key) => key.Any(c => c > 0xff) ? Encoding.UTF8.GetBytes(key) : Encoding.Latin1.GetBytes(key);

    private static ClaimsIdentity Identity(ApiKey key) => new(
        [new Claim("sub", key.Subject), new Claim(Scopes.Claim, string.Join(' ', key.Scopes))], "ApiKey", "sub", roleType: null);
}
