using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Reading;

/// <summary>Reads and checks <see cref="JwtSettings"/>, the key files included.</summary>
internal static class JwtSettingsReader
{
    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static JwtSettings Read(SettingReader section, JwtSettings fallback)
    {
        if (!section.Exists)
        {
            return fallback;
        }

        var jwt = new JwtSettings
        {
            KeyFile = section.Text("KeyFile", fallback.KeyFile),
            Authority = section.Text("Authority", fallback.Authority),
            JwksFile = section.Text("JwksFile", fallback.JwksFile),
            Issuer = section.Text("Issuer", fallback.Issuer),
            Audience = section.Text("Audience", fallback.Audience),
            SubjectClaim = section.Text("SubjectClaim", fallback.SubjectClaim),
            Algorithms = section.List("Algorithms", fallback.Algorithms),
            ClockSkew = section.Duration("ClockSkew", fallback.ClockSkew),
        };
        if (!jwt.Configured)
        {
            return jwt;
        }

        var sources = new[] { jwt.KeyFile, jwt.Authority, jwt.JwksFile }.Count(source => source.Length > 0);
        if (sources > 1)
        {
            section.Error("KeyFile", "only one of KeyFile, Authority and JwksFile may be set (set the others to \"\" in a route that overrides them)");
            return jwt;
        }

        if (jwt.Algorithms.Count == 0)
        {
            jwt = jwt with { Algorithms = jwt.KeyFile.Length > 0 ? [Symmetric[0]] : [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256] };
        }

        CheckAlgorithms(section, jwt);
        CheckNames(section, jwt);
        if (jwt.Authority.Length > 0)
        {
            CheckAuthority(section, jwt.Authority);
        }

        return jwt with
        {
            Keys = jwt.KeyFile.Length > 0 ? KeyFileReader.Read(section, "KeyFile", jwt.KeyFile, MinKeyBytes(jwt.Algorithms)) : [],
            KeySet = jwt.JwksFile.Length > 0 ? ReadKeySet(section, jwt.JwksFile) : [],
        };
    }

    private static void CheckAlgorithms(SettingReader section, JwtSettings jwt)
    {
        foreach (var algorithm in jwt.Algorithms)
        {
            if (string.Equals(algorithm, "none", StringComparison.OrdinalIgnoreCase))
            {
                section.Error("Algorithms", "\"none\" would accept tokens without a signature");
            }
            else if (Symmetric.Contains(algorithm))
            {
                if (jwt.KeyFile.Length == 0)
                {
                    // RFC 8725, 2.1: a public key must never be usable as an HMAC secret.
                    section.Error("Algorithms", $"{algorithm} needs KeyFile; with Authority or JwksFile only signatures of private keys are accepted");
                }
            }
            else if (!Asymmetric.Contains(algorithm))
            {
                section.Error("Algorithms", $"must be among {string.Join(", ", Symmetric.Concat(Asymmetric))}, got \"{algorithm}\"");
            }
            else if (jwt.KeyFile.Length > 0)
            {
                section.Error("Algorithms", $"{algorithm} needs Authority or JwksFile; KeyFile is a secret for HS256, HS384 or HS512");
            }
        }
    }

    private static void CheckNames(SettingReader section, JwtSettings jwt)
    {
        // RFC 8725, 3.8 and 3.9: a token made for somebody else, or by somebody else with the same key, is not one for us.
        if (jwt.Audience.Length == 0)
        {
            section.Error("Audience", "must be set: the value that tokens for this gateway carry in \"aud\"");
        }

        if (jwt.Issuer.Length == 0 && jwt.Authority.Length == 0)
        {
            section.Error("Issuer", "must be set: the value that tokens carry in \"iss\"");
        }
    }

    private static void CheckAuthority(SettingReader section, string authority)
    {
        if (!HttpSyntax.IsHttpAddress(authority))
        {
            section.Error("Authority", $"must be an absolute https:// URL, got \"{authority}\"");
        }
        else if (new Uri(authority) is { Scheme: "http", IsLoopback: false })
        {
            section.Error("Authority", $"must use https (http is accepted for loopback only), got \"{authority}\"");
        }
    }

    // RFC 7518, 3.2: a key at least as long as the hash.
    private static int MinKeyBytes(IReadOnlyList<string> algorithms) =>
        algorithms.Contains(SecurityAlgorithms.HmacSha512) ? 64 : algorithms.Contains(SecurityAlgorithms.HmacSha384) ? 48 : 32;

    private static List<JsonWebKey> ReadKeySet(SettingReader section, string path)
    {
        try
        {
            var set = new JsonWebKeySet(File.ReadAllText(path));
            var keys = set.Keys.Where(KeyKinds.IsUsable).ToList();
            if (keys.Count == 0)
            {
                section.Error("JwksFile", $"has no RSA or EC key for signatures, only {KeyKinds.Describe(set)}: {path}");
            }

            return keys;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            section.Error("JwksFile", $"cannot be read: {error.Message}");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or FormatException)
        {
            section.Error("JwksFile", $"is no JSON Web Key Set: {path}");
        }

        return [];
    }
}
