using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Tests.Edge;

/// <summary>Keys made for this run.</summary>
internal static class TestKeys
{
    public static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);
    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly RSA OtherRsa = RSA.Create(2048);
    public static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A JSON Web Key Set with the public halves of <see cref="Rsa"/> (kid "r1") and <see cref="Ec"/> (kid "e1").</summary>
    public static string KeySet => KeySetOf(("r1", Rsa));

    public static string KeySetOf(params (string Id, RSA Key)[] rsaKeys)
    {
        var ec = Ec.ExportParameters(includePrivateParameters: false);
        var keys = rsaKeys.Select(item =>
        {
            var rsa = item.Key.ExportParameters(includePrivateParameters: false);
            var (n, e) = (Base64UrlEncoder.Encode(rsa.Modulus), Base64UrlEncoder.Encode(rsa.Exponent));
            return $$"""{"kty":"RSA","use":"sig","kid":"{{item.Id}}","n":"{{n}}","e":"{{e}}"}""";
        }).Append(
            $$"""{"kty":"EC","use":"sig","kid":"e1","crv":"P-256","x":"{{Base64UrlEncoder.Encode(ec.Q.X)}}","y":"{{Base64UrlEncoder.Encode(ec.Q.Y)}}"}""");
        return $$"""{"keys":[{{string.Join(',', keys)}}]}""";
    }
}
