using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Running;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>
/// JSON Web Tokens made by hand (RFC 7515), so that wrong ones can be made as well and no library checks its own work.
/// </summary>
internal static class Tokens
{
    public const string Issuer = "https://idp.example";
    public const string Audience = "sse-gw";

    // Not base64 and without a line end, so that every reading of a key file gives the same bytes.
    private const string Secret = "!a test secret, longer than the thirty-two bytes that HS256 wants!";

    private static readonly string KeyFile = TemporaryFile.Write(Secret);

    /// <summary>The HS256 key that <see cref="RequireHs256"/> configures.</summary>
    public static byte[] Key { get; } = Encoding.ASCII.GetBytes(Secret);

    /// <summary>Settings that require an HS256 token of this issuer and audience.</summary>
    public static IEnumerable<string> RequireHs256(params string[] more) =>
    [
        "SseGateway:Authentication:Mode=Required",
        $"SseGateway:Authentication:Jwt:KeyFile={KeyFile}",
        $"SseGateway:Authentication:Jwt:Issuer={Issuer}",
        $"SseGateway:Authentication:Jwt:Audience={Audience}",
        .. more,
    ];

    /// <summary>A valid token of a subject.</summary>
    public static string For(string subject) => Hs256(Claims(subject));

    /// <summary>Good claims: issuer, audience, subject, an hour to live, and an id that makes every token another one.</summary>
    public static JsonObject Claims(string subject = "ada")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
    }

    public static string Hs256(JsonObject claims, byte[]? key = null, JsonObject? header = null)
        => Sign(header ?? Header("HS256"), claims, input => HMACSHA256.HashData(key ?? Key, input));

    public static JsonObject Header(string algorithm) => new() { ["alg"] = algorithm, ["typ"] = "JWT" };

    /// <summary>A token with any header and signature.</summary>
    public static string Sign(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
