using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.Tests.Edge;

/// <summary>Checks tokens as an edge should, but for its defect.</summary>
internal sealed class SampleTokens(EdgeDefect defect, RSA rsa, ECDsa ec)
{
    public const int ClockSkew = 1;

    /// <summary>The claims; null when the token is not good.</summary>
    public JsonObject? Check(string token)
    {
        try
        {
            var parts = token.Split('.');
            if (parts.Length != 3 || token.Length > 8192)
            {
                return null;
            }

            var header = Json(parts[0]);
            var claims = Json(parts[1]);
            if (header.ContainsKey("crit") || !IsSigned(header, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2])))
            {
                return null;
            }

            return IsCurrent(claims) && (string?)claims["iss"] == "https://idp.example" && IsForUs(claims["aud"]) ? claims : null;
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);

    private static JsonObject Json(string part) => JsonNode.Parse(Decode(part))!.AsObject();

    private bool IsSigned(JsonObject header, byte[] input, byte[] signature) => ((string?)header["alg"], (string?)header["kid"]) switch
    {
        _ when defect == EdgeDefect.TakesAnySignature => true,
        ("RS256", "rsa") => rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ("ES256", "ec") => signature.Length == 64 && ec.VerifyData(input, signature, HashAlgorithmName.SHA256),
        ("none", _) when defect == EdgeDefect.TakesAlgNone => signature.Length == 0,
        ("HS256", _) when defect == EdgeDefect.TakesPublicKeyAsSecret =>
            HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), input).SequenceEqual(signature),
        _ => false,
    };

    private bool IsCurrent(JsonObject claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return defect == EdgeDefect.IgnoresExpiry
            || (claims["exp"] is JsonValue exp && exp.TryGetValue<long>(out var end) && now < end + ClockSkew
                && (claims["nbf"] is null || (long)claims["nbf"]! <= now + ClockSkew));
    }

    private bool IsForUs(JsonNode? audience) => defect == EdgeDefect.IgnoresAudience || audience switch
    {
        JsonArray list => list.Any(item => (string?)item == "sse-gw"),
        not null => (string?)audience == "sse-gw",
        null => false,
    };
}
