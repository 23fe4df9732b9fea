using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Tests.Edge;

/// <summary>
/// A JWT written by hand, so that it can be wrong in any way: header and payload are JSON texts, the signature is made over exactly these.
/// </summary>
internal sealed record TestToken
{
    public const string Issuer = "https://idp.example";
    public const string Audience = "sse-gw";

    public string Header { get; init; } = """{"alg":"HS256","typ":"JWT"}""";

    public IReadOnlyDictionary<string, object?> Claims { get; init; } = new Dictionary<string, object?>
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = "ada",
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
    };

    /// <summary>Makes the signature over the ASCII bytes of header and payload.</summary>
    public Func<byte[], byte[]> Sign { get; init; } = content => HMACSHA256.HashData(TestKeys.Secret, content);

    public static TestToken Rs256(RSA? key = null, string kid = "r1") => new()
    {
        Header = $$"""{"alg":"RS256","kid":"{{kid}}"}""",
        Sign = content => (key ?? TestKeys.Rsa).SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };

    public static TestToken Es256() => new()
    {
        Header = """{"alg":"ES256","kid":"e1"}""",
        Sign = content => TestKeys.Ec.SignData(content, HashAlgorithmName.SHA256),
    };

    /// <summary>The same token with one claim changed, or removed when the value is null.</summary>
    public TestToken With(string claim, object? value)
    {
        var claims = new Dictionary<string, object?>(Claims);
        if (value is null)
        {
            claims.Remove(claim);
        }
        else
        {
            claims[claim] = value;
        }

        return this with { Claims = claims };
    }

    public override string ToString()
    {
        var content = $"{Base64UrlEncoder.Encode(Header)}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(Claims))}";
        return $"{content}.{Base64UrlEncoder.Encode(Sign(Encoding.ASCII.GetBytes(content)))}";
    }
}
