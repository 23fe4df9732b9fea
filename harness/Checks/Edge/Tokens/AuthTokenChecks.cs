using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SseGateway.Harness.Checks.Edge.Cors;
using SseGateway.Harness.Results;
using static SseGateway.Harness.Checks.Edge.Tokens.AuthCase;

namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>9.1 <c>auth/token</c>: which tokens are good.</summary>
internal static class AuthTokenChecks
{
    // No issuer's. One for all runs: it takes long to make.
    private static readonly RSA ForeignKey = RSA.Create(2048);

    [Case("9.1.1", Direct = true)]
    public static Task<Outcome> NoTokenAsync(CheckContext check) => RunAsync(check, async (edge, _, _) =>
    {
        var (outcome, response) = await AskRefusedAsync(edge, []);
        if (outcome.Verdict != Verdict.Ok)
        {
            return outcome;
        }

        var challenge = response.Head.Combined("WWW-Authenticate");
        if (challenge is null || !challenge.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return Outcome.Failed($"401 with {CorsFields.Show("WWW-Authenticate", response.Head.Values("WWW-Authenticate"))}");
        }

        return challenge.Contains("error=", StringComparison.Ordinal)
            ? Outcome.NonStrict($"an error code although no token was sent: {challenge}") : Outcome.Ok();
    });

    [Case("9.1.2", Direct = true)]
    public static Task<Outcome> GoodTokenAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        var parts = new List<(string, Outcome)>();
        foreach (var key in tokens.Keys)
        {
            parts.Add((key.Algorithm, await AcceptedAsync(edge, [Bearer(tokens.Make(key))])));
        }

        return Outcome.Worst(parts);
    });

    [Case("9.1.3", Direct = true)]
    public static Task<Outcome> MalformedAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        var good = Bearer(tokens.Make());
        var parts = new List<(string, Outcome)>();
        foreach (var (name, fields) in (IReadOnlyList<(string, string[])>)
            [
                ("Bearer", ["Authorization: Bearer"]), ("a.b", [Bearer("a.b")]), ("a.b.c.d", [Bearer("a.b.c.d")]), ("Basic", ["Authorization: Basic eA=="]),
                ("two Authorization, good first", [good, Bearer("a.b.c")]), ("two Authorization, good last", [Bearer("a.b.c"), good]),
                ("16 KB", [Bearer($"a.{new string('b', 16 * 1024)}.c")]),
            ])
        {
            parts.Add((name, await RefusedAsync(edge, fields, "", 401, 400, 431)));
        }

        parts.Add(("a good one afterwards", await AcceptedAsync(edge, [good])));
        return Outcome.Worst(parts);
    });

    [Case("9.1.4", Direct = true)]
    public static Task<Outcome> BadSignatureAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        var parts = new List<(string, Outcome)>();
        foreach (var key in tokens.Keys)
        {
            var good = tokens.Make(key).Split('.');
            var signature = System.Buffers.Text.Base64Url.DecodeFromChars(good[2]);
            signature[signature.Length / 2] ^= 1;
            var payload = tokens.Make(key, claims => claims["sub"] = "mallory").Split('.')[1];
            foreach (var (name, token) in (IReadOnlyList<(string, string)>)
                [
                    ("one bit changed", $"{good[0]}.{good[1]}.{TokenMaker.Base64(signature)}"), ("signature removed", $"{good[0]}.{good[1]}."),
                    ("signature and dot removed", $"{good[0]}.{good[1]}"), ("payload changed", $"{good[0]}.{payload}.{good[2]}"),
                ])
            {
                var (outcome, response) = await AskRefusedAsync(edge, [Bearer(token)]);
                var challenge = response.Head.Combined("WWW-Authenticate") ?? "";
                parts.Add(($"{key.Algorithm}, {name}", outcome.Verdict == Verdict.Ok && !challenge.Contains("invalid_token", StringComparison.Ordinal)
                    ? Outcome.NonStrict($"401 without error=\"invalid_token\": {challenge}")
                    : outcome));
            }
        }

        return Outcome.Worst(parts);
    });

    [Case("9.1.5", Direct = true)]
    public static Task<Outcome> NoAlgorithmAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        var parts = new List<(string, Outcome)>();
        foreach (var algorithm in (string[])["none", "None", "nOnE", "NONE"])
        {
            foreach (var keyId in (string?[])[null, tokens.Keys[0].KeyId])
            {
                parts.Add(($"{algorithm}{(keyId is null ? "" : " with kid")}", await RefusedAsync(edge, [Bearer(tokens.MakeWith(algorithm, keyId, _ => []))])));
            }
        }

        var signed = tokens.Make().Split('.')[2];
        parts.Add(("none with a signature", await RefusedAsync(edge, [Bearer(tokens.MakeWith("none", tokens.Keys[0].KeyId, _ => []) + signed)])));
        parts.Add(("empty signature", await RefusedAsync(edge, [Bearer(tokens.MakeWith(tokens.Keys[0].Algorithm, tokens.Keys[0].KeyId, _ => []))])));
        return Outcome.Worst(parts);
    });

    [Case("9.1.6", Direct = true)]
    public static Task<Outcome> AlgorithmConfusionAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        if (tokens.Rsa is not { } rsa)
        {
            return Outcome.Skipped("the profile has no RSA key");
        }

        var parts = new List<(string, Outcome)>();
        foreach (var (name, secret) in tokens.PublicKeyForms(rsa))
        {
            foreach (var keyId in (string?[])[rsa.KeyId, null])
            {
                var token = tokens.MakeWith("HS256", keyId, input => HMACSHA256.HashData(secret, input));
                parts.Add(($"HS256 with the public key as {name}", await RefusedAsync(edge, [Bearer(token)])));
            }
        }

        return Outcome.Worst(parts);
    });

    [Case("9.1.7", Direct = true)]
    public static Task<Outcome> TimeClaimsAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var skew = (long)Math.Ceiling(auth.ClockSkew);
        var changes = new List<(string Name, Action<JsonObject> Change)>
        {
            ($"exp = now - {skew + 1} s", claims => claims["exp"] = now - skew - 1),
            ("nbf = now + 60 s", claims => claims["nbf"] = now + Math.Max(60, skew + 60)),
            ("exp as text", claims => claims["exp"] = "soon"), ("exp as a text of digits", claims => claims["exp"] = $"{now + 300}"),
        };
        if (auth.NeedsExpiry)
        {
            changes.Add(("no exp", claims => claims.Remove("exp")));
        }

        var parts = new List<(string, Outcome)>();
        foreach (var (name, change) in changes)
        {
            parts.Add((name, await RefusedAsync(edge, [Bearer(tokens.Make(claims: change))])));
        }

        return Outcome.Worst(parts);
    });

    [Case("9.1.8", Direct = true)]
    public static Task<Outcome> AudienceAndIssuerAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        Task<Outcome> Refused(Action<JsonObject> change) => RefusedAsync(edge, [Bearer(tokens.Make(claims: change))]);
        return Outcome.Worst(
        [
            ("aud list with ours", await AcceptedAsync(edge, [Bearer(tokens.Make(claims: claims => claims["aud"] = new JsonArray("other", auth.Audience)))])),
            ("other aud", await Refused(claims => claims["aud"] = "other")),
            ("aud that begins with ours", await Refused(claims => claims["aud"] = auth.Audience + "2")),
            ("aud list without ours", await Refused(claims => claims["aud"] = new JsonArray("other", "another"))),
            ("no aud", await Refused(claims => claims.Remove("aud"))),
            ("other iss", await Refused(claims => claims["iss"] = "https://evil.example")),
            ("no iss", await Refused(claims => claims.Remove("iss"))),
        ]);
    });

    [Case("9.1.9", Direct = true)]
    public static Task<Outcome> KeyTricksAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        byte[] SignForeign(byte[] input) => ForeignKey.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var key = tokens.Rsa ?? tokens.Keys[0];
        var bait = check.NewRun();
        bait.Respond = exchange => exchange.AnswerAsync(200, "application/json", Wire.Bytes.Of($$"""{"keys":[{{Jwk(ForeignKey)}}]}"""), check.Cancellation);
        var url = $"http://{check.Origin.Address}{bait.OriginPath}/jwks.json";
        string Foreign(Action<JsonObject> header) => WithHeader(tokens, header, SignForeign);

        var parts = new List<(string, Outcome)>
        {
            ("unknown kid, foreign key", await RefusedAsync(edge, [Bearer(Foreign(header => header["kid"] = "unknown"))])),
            ("kid with a path, foreign key", await RefusedAsync(edge, [Bearer(Foreign(header => header["kid"] = "../../etc/passwd"))])),
            ("jku", await RefusedAsync(edge, [Bearer(Foreign(header => header["jku"] = url))])),
            ("x5u", await RefusedAsync(edge, [Bearer(Foreign(header => header["x5u"] = url))])),
            ("jwk", await RefusedAsync(edge, [Bearer(Foreign(header => header["jwk"] = JsonNode.Parse(Jwk(ForeignKey))))])),
            ("crit", await RefusedAsync(edge, [Bearer(tokens.Make(key, header: header =>
            {
                header["crit"] = new JsonArray("x");
                header["x"] = 1;
            }))])),
        };
        var known = await RefusedAsync(edge, [Bearer(tokens.Make(key, header: header => header["kid"] = "unknown"))]);
        parts.Add(("unknown kid, known key", known.Verdict == Verdict.Failed ? Outcome.NonStrict($"a key is looked for by trying: {known.Actual}") : known));
        return bait.Exchanges.Count > 0
            ? Outcome.Failed($"the target has fetched a URL from a token: {bait.Exchanges[0].Request.Target}") : Outcome.Worst(parts);
    });

    [Case("9.1.10", Direct = true)]
    public static Task<Outcome> ScopeAsync(CheckContext check) => RunAsync(check, async (_, auth, tokens) =>
    {
        if (auth.ScopeUrl is null)
        {
            return Outcome.Skipped("the profile has no route that needs a scope (auth.scopeUrl)");
        }

        var edge = await check.AtAsync(auth.ScopeUrl, bare: true);
        var (outcome, response) = await AskRefusedAsync(edge, [Bearer(tokens.Make())], "", 403);
        var challenge = response.Head.Combined("WWW-Authenticate") ?? "";
        if (outcome.Verdict == Verdict.Ok && !challenge.Contains("insufficient_scope", StringComparison.Ordinal))
        {
            outcome = Outcome.NonStrict($"403 without error=\"insufficient_scope\": {challenge}");
        }

        return Outcome.Worst(
        [
            ("without the scope", outcome),
            ("another scope that has it in its name", await RefusedAsync(
                edge, [Bearer(tokens.Make(claims: claims => claims["scope"] = $"{auth.Scope}x x{auth.Scope}"))], "", 403)),
            ("with the scope", await AcceptedAsync(edge, [Bearer(tokens.Make(claims: claims => claims["scope"] = $"other {auth.Scope}"))])),
        ]);
    });

    [Case("9.1.11", Direct = true)]
    public static Task<Outcome> SaysLittleAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var wrong = tokens.MakeWith(tokens.Keys[0].Algorithm, tokens.Keys[0].KeyId, _ => new byte[64]);
        var expired = tokens.Make(claims: claims => claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (long)auth.ClockSkew - 60);
        var texts = new List<string>();
        foreach (var token in (string[])[wrong, expired])
        {
            var (_, response) = await AskRefusedAsync(edge, [Bearer(token)]);
            await response.ReadToEndAsync(TimeSpan.FromSeconds(2));
            texts.Add($"{response.Status} {response.Head.Combined("WWW-Authenticate")} {Wire.Bytes.Text(response.Body)}");
        }

        var told = ((string[])[TokenMaker.Subject, auth.Issuer, auth.Audience]).FirstOrDefault(
            value => texts.Any(text => text.Contains($"\"{value}\"", StringComparison.Ordinal) || text.Contains($"'{value}'", StringComparison.Ordinal)));
        if (told is not null)
        {
            return Outcome.NonStrict($"a claim's value is told: {told}");
        }

        static string Shape(string text) => string.Concat(text.Where(c => !char.IsAsciiHexDigit(c) && c != '-'));
        return Shape(texts[0]) == Shape(texts[1]) ? Outcome.Ok() : Outcome.NonStrict($"they differ: {texts[0]} and {texts[1]}");
    });

    private static string WithHeader(TokenMaker tokens, Action<JsonObject> header, Func<byte[], byte[]> sign)
    {
        var made = tokens.Make(tokens.Rsa ?? tokens.Keys[0], header: header).Split('.');
        return $"{made[0]}.{made[1]}.{TokenMaker.Base64(sign(Wire.Bytes.Of($"{made[0]}.{made[1]}")))}";
    }

    private static string Jwk(RSA rsa)
    {
        var parameters = rsa.ExportParameters(false);
        var (n, e) = (TokenMaker.Base64(parameters.Modulus), TokenMaker.Base64(parameters.Exponent));
        return $$"""{"kty":"RSA","alg":"RS256","use":"sig","kid":"evil","n":"{{n}}","e":"{{e}}"}""";
    }
}
