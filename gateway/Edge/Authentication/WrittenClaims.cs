using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SseGateway.Edge.Authentication;

/// <summary>
/// The claims of a token as they are written. IdentityModel's own are numbers rounded to a double, and nothing for an empty list: callers that differ
/// would be one by their claims.
/// </summary>
internal static class WrittenClaims
{
    /// <summary>An identity like the one that IdentityModel has made, without the token it was read from.</summary>
    /// <param name="jwt">A token whose signature is right.</param>
    /// <param name="identity">What IdentityModel has made of it.</param>
    /// <returns>Null when its texts are none (a surrogate alone).</returns>
    public static ClaimsIdentity? Read(JsonWebToken jwt, ClaimsIdentity identity)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        try
        {
            // Of members with the same name the last one counts (RFC 7519, 4), as with IdentityModel.
            var members = payload.RootElement.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).Select(named => named.Last());
            return new CaseSensitiveClaimsIdentity(
                members.SelectMany(member => Of(member.Name, member.Value)), identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<Claim> Of(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array when value.GetArrayLength() == 0 => [new Claim(name, "", JsonClaimValueTypes.JsonArray)],
        JsonValueKind.Array => value.EnumerateArray().Select(item => One(name, item)),
        _ => [One(name, value)],
    };

    private static Claim One(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new Claim(name, value.GetString()!, ClaimValueTypes.String),
        JsonValueKind.Number when value.TryGetInt64(out _) => new Claim(name, value.GetRawText(), ClaimValueTypes.Integer64),
        JsonValueKind.Number => new Claim(name, value.GetRawText(), ClaimValueTypes.Double),
        JsonValueKind.Null => new Claim(name, "", JsonClaimValueTypes.JsonNull),
        JsonValueKind.True or JsonValueKind.False => new Claim(name, value.GetRawText(), ClaimValueTypes.Boolean),
        JsonValueKind.Array => new Claim(name, value.GetRawText(), JsonClaimValueTypes.JsonArray),
        _ => new Claim(name, value.GetRawText(), JsonClaimValueTypes.Json),
    };
}
