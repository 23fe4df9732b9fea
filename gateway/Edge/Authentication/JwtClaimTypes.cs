using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SseGateway.Edge.Authentication;

/// <summary>
/// Checks that the claims we decide by are of the JSON types of RFC 7519, 4.1. IdentityModel takes times in quotes and a number for a
/// subject; a token that is read in more ways than one may be read otherwise by whoever issued it.
/// </summary>
internal static class JwtClaimTypes
{
    /// <param name="jwt">A token whose signature is right.</param>
    public static bool AreRight(JsonWebToken jwt)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        foreach (var claim in payload.RootElement.EnumerateObject())
        {
            var expected = claim.Name switch
            {
                JwtRegisteredClaimNames.Exp or JwtRegisteredClaimNames.Nbf or JwtRegisteredClaimNames.Iat => JsonValueKind.Number,
                JwtRegisteredClaimNames.Sub or JwtRegisteredClaimNames.Iss => JsonValueKind.String,
                _ => claim.Value.ValueKind,
            };
            if (claim.Value.ValueKind != expected)
            {
                return false;
            }
        }

        return true;
    }
}
