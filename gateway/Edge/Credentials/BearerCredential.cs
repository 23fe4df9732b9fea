using Microsoft.Extensions.Primitives;

namespace SseGateway.Edge.Credentials;

/// <summary>Reads <c>Authorization: Bearer token</c> (RFC 6750, 2.1; RFC 9110, 11.4: the scheme in any case).</summary>
internal static class BearerCredential
{
    private const string Scheme = "Bearer";

    public static Credential Read(StringValues authorization)
    {
        if (authorization.Count != 1)
        {
            // Two Authorization fields have no meaning, and taking one of them would be guessing.
            return Credential.Of(CredentialCarrier.Authorization, null);
        }

        var value = authorization[0].AsSpan().Trim(' ');
        var space = value.IndexOf(' ');
        var scheme = space < 0 ? value : value[..space];
        if (!scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Credential.OtherScheme(CredentialCarrier.Authorization);
        }

        var token = value[scheme.Length..].TrimStart(' ');
        return Credential.Of(CredentialCarrier.Authorization, token.Contains(' ') ? null : token.ToString());
    }
}
