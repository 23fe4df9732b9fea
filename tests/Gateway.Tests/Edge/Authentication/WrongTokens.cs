using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Authorization fields that must be refused, by name: catalogue 9.1.3-9.1.9.</summary>
internal static class WrongTokens
{
    private static readonly byte[] OtherKey = Encoding.ASCII.GetBytes("another secret, also longer than the thirty-two bytes HS256 wants");

    private static readonly Dictionary<string, Func<string>> Fields = new()
    {
        ["9.1.3 scheme alone"] = () => "Bearer",
        ["9.1.3 two parts"] = () => "Bearer a.b",
        ["9.1.3 four parts"] = () => "Bearer a.b.c.d",
        ["9.1.3 basic"] = () => "Basic eA==",
        ["9.1.3 no JSON"] = () => $"Bearer {Tokens.Encode("nothing"u8.ToArray())}.{Tokens.Encode("here"u8.ToArray())}.AAAA",
        ["9.1.3 16 KiB"] = () => $"Bearer {new string('a', 16 * 1024)}.b.c",
        ["9.1.3 good token behind another scheme"] = () => $"Token {Tokens.For("ada")}",
        ["9.1.3 good token twice"] = () => $"Bearer {Tokens.For("ada")}, Bearer {Tokens.For("ada")}",
        ["9.1.4 one bit of the signature"] = () => "Bearer " + Flip(Tokens.For("ada")),
        ["9.1.4 without the signature"] = () => "Bearer " + Tokens.For("ada")[..(Tokens.For("ada").LastIndexOf('.') + 1)],
        ["9.1.4 other payload"] = () => "Bearer " + Repack(Tokens.For("ada"), Tokens.Claims("root")),
        ["9.1.4 other key"] = () => "Bearer " + Tokens.Hs256(Tokens.Claims(), OtherKey),
        ["9.1.4 empty key"] = () => "Bearer " + Tokens.Hs256(Tokens.Claims(), []),
        ["9.1.5 alg none"] = () => "Bearer " + Unsigned("none"),
        ["9.1.5 alg None"] = () => "Bearer " + Unsigned("None"),
        ["9.1.5 alg nOnE"] = () => "Bearer " + Unsigned("nOnE"),
        ["9.1.5 alg none, signed"] = () => "Bearer " + Tokens.Hs256(Tokens.Claims(), header: Tokens.Header("none")),
        ["9.1.5 no alg"] = () => "Bearer " + Tokens.Hs256(Tokens.Claims(), header: new JsonObject { ["typ"] = "JWT" }),
        ["9.1.6 HS512 with the right key"] = () =>
            "Bearer " + Tokens.Sign(Tokens.Header("HS512"), Tokens.Claims(), input => HMACSHA512.HashData(Tokens.Key, input)),
        ["9.1.7 expired"] = () => With("exp", Now - 6),
        ["9.1.7 not yet valid"] = () => With("nbf", Now + 60),
        ["9.1.7 exp is text"] = () => With("exp", "soon"),
        ["9.1.7 no exp"] = () => With("exp", null),
        ["9.1.7 exp is negative"] = () => With("exp", -1),
        ["9.1.8 other audience"] = () => With("aud", "other"),
        ["9.1.8 list of other audiences"] = () => With("aud", new JsonArray("other", "sse-gw2")),
        ["9.1.8 no audience"] = () => With("aud", null),
        ["9.1.8 other issuer"] = () => With("iss", "https://evil.example"),
        ["9.1.8 issuer with a slash"] = () => With("iss", Tokens.Issuer + "/"),
        ["9.1.8 no issuer"] = () => With("iss", null),
        ["9.1.9 critical extension"] = () =>
            "Bearer " + Tokens.Hs256(Tokens.Claims(), header: new JsonObject { ["alg"] = "HS256", ["crit"] = new JsonArray("x"), ["x"] = 1 }),
        ["9.1.9 path as key id"] = () => "Bearer " + Tokens.Hs256(Tokens.Claims(), [0], new JsonObject { ["alg"] = "HS256", ["kid"] = "../../../../dev/null" }),
        ["no subject"] = () => With("sub", null),
        ["empty subject"] = () => With("sub", ""),
        ["line end in the subject"] = () => With("sub", "ada\r\nX-Evil: 1"),
    };

    public static IEnumerable<string> Names => Fields.Keys;

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>A fresh value of the Authorization field.</summary>
    public static string Field(string name) => Fields[name]();

    /// <summary>A token that is right but for one claim; null leaves the claim out.</summary>
    private static string With(string claim, JsonNode? value)
    {
        var claims = Tokens.Claims();
        if (value is null) claims.Remove(claim);
        else claims[claim] = value;
        return "Bearer " + Tokens.Hs256(claims);
    }

    private static string Unsigned(string algorithm)
    {
        var signed = Tokens.Sign(Tokens.Header(algorithm), Tokens.Claims(), _ => []);
        return signed;
    }

    private static string Flip(string token)
    {
        var signature = token.LastIndexOf('.') + 1;
        return token[..signature] + (token[signature] == 'A' ? 'B' : 'A') + token[(signature + 1)..];
    }

    private static string Repack(string token, JsonObject claims)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Tokens.Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }
}
