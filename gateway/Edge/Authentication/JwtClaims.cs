using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SseGateway.Edge.Authentication;

/// <summary>
/// Reads the subject of a token, and checks that the claims we decide by are of the JSON types of RFC 7519, 4.1. IdentityModel takes times in quotes and a
/// number for a subject; a token that is read in more ways than one may be read otherwise by whoever issued it.
/// </summary>
internal static class JwtClaims
{
    /// <param name="jwt">A token whose signature is right.</param>
    /// <param name="subjectClaim">The claim that says who it is for; empty for <c>sub</c>, which then is a text. A claim that is named may be a whole number
    /// too: whoever names it knows what their issuer makes.</param>
    /// <param name="subject">Who it is for; empty when the claim is missing.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public static string? Check(JsonWebToken jwt, string subjectClaim, out string subject)
    {
        subject = "";
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        var name = NameOf(subjectClaim);
        foreach (var claim in payload.RootElement.EnumerateObject())
        {
            if (claim.Name == name)
            {
                if (!TryRead(claim.Value, mayBeNumber: subjectClaim.Length > 0, out subject))
                {
                    return claim.Value.ValueKind == JsonValueKind.Number
                        ? $"{name} is a number and not a text; Jwt:SubjectClaim takes numbers too"
                        : $"{name} is not a text";
                }
            }
            else if (Expected(claim.Name) is { } expected && claim.Value.ValueKind != expected)
            {
                return $"{claim.Name} is not a {(expected == JsonValueKind.Number ? "number" : "text")}";
            }
        }

        return subject.Length > 0 ? null : $"{name} is missing; Jwt:SubjectClaim names another claim";
    }

    /// <summary>The name of the claim that says who a token is for.</summary>
    public static string NameOf(string subjectClaim) => subjectClaim.Length > 0 ? subjectClaim : JwtRegisteredClaimNames.Sub;

    private static bool TryRead(JsonElement value, bool mayBeNumber, out string subject)
    {
        subject = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number when mayBeNumber && value.GetRawText() is var digits && digits.All(char.IsAsciiDigit) => digits,
            _ => "",
        };
        return subject.Length > 0 || value.ValueKind == JsonValueKind.String;
    }

    private static JsonValueKind? Expected(string claim) => claim switch
    {
        JwtRegisteredClaimNames.Exp or JwtRegisteredClaimNames.Nbf or JwtRegisteredClaimNames.Iat => JsonValueKind.Number,
        JwtRegisteredClaimNames.Iss => JsonValueKind.String,
        _ => null,
    };
}
