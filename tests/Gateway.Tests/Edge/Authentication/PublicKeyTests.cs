using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Tokens signed with a private key, checked with a static key set: catalogue 9.1.2, 9.1.6, 9.1.9.</summary>
public sealed class PublicKeyTests
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly RSA OtherRsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Theory]
    [Trait("Case", "9.1.2")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Token_signed_with_a_key_of_the_set_opens_the_route(string algorithm)
        => Assert.Equal(200, await StatusAsync(Signed(algorithm, new JsonObject { ["kid"] = algorithm })));

    [Fact]
    [Trait("Case", "9.1.6")]
    public async Task Public_key_is_never_taken_for_a_shared_secret()
    {
        var parameters = Rsa.ExportParameters(includePrivateParameters: false);
        byte[][] readings =
        [
            Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem() + "\n"),
            Rsa.ExportSubjectPublicKeyInfo(), Rsa.ExportRSAPublicKey(), Encoding.ASCII.GetBytes(Rsa.ExportRSAPublicKeyPem()),
            parameters.Modulus!, Encoding.ASCII.GetBytes(Tokens.Encode(parameters.Modulus!)), Encoding.UTF8.GetBytes(KeySet()),
        ];

        foreach (var reading in readings)
        {
            Assert.Equal(401, await StatusAsync(Tokens.Hs256(Tokens.Claims(), reading)));
            Assert.Equal(401, await StatusAsync(Tokens.Hs256(Tokens.Claims(), reading, new JsonObject { ["alg"] = "HS256", ["kid"] = "RS256" })));
        }
    }

    [Theory]
    [Trait("Case", "9.1.9")]
    [InlineData("{\"kid\":\"unknown\"}")]
    [InlineData("{\"kid\":\"../../etc/passwd\"}")]
    [InlineData("{\"kid\":\"RS256\",\"jku\":\"URL/keys\"}")]
    [InlineData("{\"kid\":\"RS256\",\"x5u\":\"URL/cert\"}")]
    [InlineData("{\"jwk\":JWK}")]
    [InlineData("{\"kid\":\"other\",\"jwk\":JWK,\"jku\":\"URL/keys\"}")]
    public async Task Key_that_the_token_brings_along_is_neither_used_nor_fetched(string header)
    {
        await using var attacker = ScriptedUpstream.Start();
        attacker.Serve(exchange => exchange.AnswerAsync(200, "application/json", $"{{\"keys\":[{Jwk(OtherRsa, "RS256")}]}}"));
        var fields = JsonNode.Parse(
            header.Replace("URL", attacker.Url, StringComparison.Ordinal).Replace("JWK", Jwk(OtherRsa, "other"), StringComparison.Ordinal))!.AsObject();

        Assert.Equal(401, await StatusAsync(Signed("RS256", fields, OtherRsa)));
        Assert.Equal(0, attacker.ConnectionCount);
    }

    [Theory]
    [Trait("Case", "9.1.4")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Empty_signature_is_refused(string algorithm)
        => Assert.Equal(401, await StatusAsync(Tokens.Sign(Tokens.Header(algorithm), Tokens.Claims(), _ => [])));

    [Fact]
    [Trait("Case", "9.1.4")]
    public async Task Signature_of_zeros_is_refused()
        => Assert.Equal(401, await StatusAsync(Tokens.Sign(Tokens.Header("ES256"), Tokens.Claims(), _ => new byte[64])));

    private static async Task<int> StatusAsync(string token)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "in"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            "SseGateway:Authentication:Mode=Required",
            $"SseGateway:Authentication:Jwt:JwksFile={TemporaryFile.Write(KeySet())}",
            $"SseGateway:Authentication:Jwt:Issuer={Tokens.Issuer}",
            $"SseGateway:Authentication:Jwt:Audience={Tokens.Audience}",
            "SseGateway:Authentication:Jwt:Algorithms:0=RS256",
            "SseGateway:Authentication:Jwt:Algorithms:1=ES256");
        using var response = await gateway.OpenAsync("/events", $"Authorization: Bearer {token}");
        Assert.Equal(response.Status == 200 ? 1 : 0, upstream.RequestCount);
        return response.Status;
    }

    private static string Signed(string algorithm, JsonObject header, RSA? rsa = null)
    {
        header["alg"] = algorithm;
        return Tokens.Sign(header, Tokens.Claims(), input => algorithm == "RS256"
            ? (rsa ?? Rsa).SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : Ec.SignData(input, HashAlgorithmName.SHA256));
    }

    private static string KeySet()
    {
        var point = Ec.ExportParameters(includePrivateParameters: false).Q;
        var ec = $$"""{"kty":"EC","crv":"P-256","kid":"ES256","x":"{{Tokens.Encode(point.X!)}}","y":"{{Tokens.Encode(point.Y!)}}"}""";
        return $$"""{"keys":[{{Jwk(Rsa, "RS256")}},{{ec}}]}""";
    }

    private static string Jwk(RSA rsa, string kid)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return $"{{\"kty\":\"RSA\",\"kid\":\"{kid}\",\"n\":\"{Tokens.Encode(parameters.Modulus!)}\",\"e\":\"{Tokens.Encode(parameters.Exponent!)}\"}}";
    }
}
