using Microsoft.Extensions.Primitives;

namespace SseGateway.Edge;

/// <summary>Reads <c>Authorization: Bearer token</c> (RFC 6750, 2.1; RFC 9110, 11.4: the scheme in any case).</summary>
internal static class BearerCredential
{
    public static Credential Read(StringValues authorization)
    {
        // Two Authorization fields have no meaning, and taking one of them would be guessing.
        var value = authorization.Count == 1 ? authorization[0].AsSpan().Trim(' ') : default;
        var space = value.IndexOf(' ');
        var token = space > 0 && value[..space].Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? value[(space + 1)..].TrimStart(' ') : default;
        return new Credential(CredentialCarrier.Authorization, token.IsEmpty || token.Contains(' ') ? null : token.ToString());
    }
}
