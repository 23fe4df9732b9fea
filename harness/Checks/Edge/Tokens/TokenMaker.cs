using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SseGateway.Harness.Checks.Edge.Setups;

namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>Makes tokens (RFC 7519), good ones and all kinds of bad ones.</summary>
internal sealed class TokenMaker(AuthSetup setup, Func<string, string> file)
{
    /// <summary>Whom tokens are about unless they say otherwise.</summary>
    public const string Subject = "ada";

    public IReadOnlyList<SigningKey> Keys => setup.Keys;

    public SigningKey? Rsa => setup.Keys.FirstOrDefault(key => key.Algorithm.StartsWith("RS", StringComparison.Ordinal));

    /// <summary>What the target accepts, but for what is changed.</summary>
    /// <param name="key">Signs; null is the first.</param>
    /// <param name="claims">Changes the claims.</param>
    /// <param name="header">Changes the header.</param>
    public string Make(SigningKey? key = null, Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var signing = key ?? setup.Keys[0];
        var input = Input(signing.Algorithm, signing.KeyId, claims, header);
        return $"{input}.{Base64(Sign(signing, Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>Header and claims with any signature.</summary>
    /// <param name="algorithm">The header's <c>alg</c>.</param>
    /// <param name="keyId">The header's <c>kid</c>; null for none.</param>
    /// <param name="sign">Takes what is signed, in ASCII.</param>
    public string MakeWith(string algorithm, string? keyId, Func<byte[], byte[]> sign)
    {
        var input = Input(algorithm, keyId, null, null);
        return $"{input}.{Base64(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>Texts and bytes that a target which mixes up algorithms may take for an HMAC secret.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> PublicKeyForms(SigningKey key)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(file(key.PemFile)));
        var spki = rsa.ExportSubjectPublicKeyInfoPem();
        var pkcs1 = rsa.ExportRSAPublicKeyPem();
        var modulus = rsa.ExportParameters(false).Modulus!;
        return
        [
            ("PEM", Encoding.ASCII.GetBytes(spki)), ("PEM with a line end", Encoding.ASCII.GetBytes(spki + "\n")), ("DER", rsa.ExportSubjectPublicKeyInfo()),
            ("PKCS#1 PEM", Encoding.ASCII.GetBytes(pkcs1)), ("PKCS#1 PEM with a line end", Encoding.ASCII.GetBytes(pkcs1 + "\n")),
            ("PKCS#1 DER", rsa.ExportRSAPublicKey()),
            ("modulus", modulus), ("n of the JWK", Encoding.ASCII.GetBytes(Base64(modulus))),
        ];
    }

    /// <summary>A key's public half as a JSON Web Key (RFC 7517).</summary>
    public JsonObject PublicKey(SigningKey key, string keyId)
    {
        var pem = File.ReadAllText(file(key.PemFile));
        if (key.Algorithm == "RS256")
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            var parameters = rsa.ExportParameters(false);
            return new JsonObject
            {
                ["kty"] = "RSA",
                ["alg"] = "RS256",
                ["use"] = "sig",
                ["kid"] = keyId,
                ["n"] = Base64(
                parameters.Modulus),
                ["e"] = Base64(parameters.Exponent)
            };
        }

        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        var point = ecdsa.ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["alg"] = "ES256",
            ["use"] = "sig",
            ["kid"] = keyId,
            ["x"] = Base64(
            point.X),
            ["y"] = Base64(point.Y)
        };
    }

    public static string Base64(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public static string Base64(string text) => Base64(Encoding.UTF8.GetBytes(text));

    private string Input(string algorithm, string? keyId, Action<JsonObject>? claims, Action<JsonObject>? header)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var first = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null)
        {
            first["kid"] = keyId;
        }

        header?.Invoke(first);
        var second = new JsonObject { ["iss"] = setup.Issuer, ["aud"] = setup.Audience, ["sub"] = Subject, ["iat"] = now, ["exp"] = now + 300 };
        claims?.Invoke(second);
        return $"{Base64(first.ToJsonString())}.{Base64(second.ToJsonString())}";
    }

    private byte[] Sign(SigningKey key, byte[] input)
    {
        var pem = File.ReadAllText(file(key.PemFile));
        if (key.Algorithm == "RS256")
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        return ecdsa.SignData(input, HashAlgorithmName.SHA256);
    }
}
