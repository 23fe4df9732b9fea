using Microsoft.IdentityModel.Tokens;
using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings.Authentication;

/// <summary>Which JSON Web Tokens are accepted. Exactly one source of keys; there is no built-in key.</summary>
internal sealed record JwtSettings
{
    /// <summary>File with the HS256 secret; see <see cref="KeyFileReader"/> for its forms.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>OpenID provider whose published keys count, e.g. <c>https://idp.example</c>.</summary>
    public string Authority { get; init; } = "";

    /// <summary>File with a JSON Web Key Set of public keys.</summary>
    public string JwksFile { get; init; } = "";

    /// <summary>The only accepted <c>iss</c>. With an authority it may be left out: then it is what the authority's metadata says.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>What <c>aud</c> must be or contain.</summary>
    public string Audience { get; init; } = "";

    /// <summary>The claim that says who a token is for. Left out: <c>sub</c>, which must be a text then (RFC 7519, 4.1.2); a claim that is named may be a whole
    /// number too.</summary>
    public string SubjectClaim { get; init; } = "";

    /// <summary>The only accepted <c>alg</c> values (RFC 8725, 3.1). Left out: HS256 with a key file, else RS256 and ES256.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = [];

    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The secrets read from <see cref="KeyFile"/>; any of them may have signed a token.</summary>
    public IReadOnlyList<SecretBytes> Keys { get; init; } = [];

    /// <summary>The keys read from <see cref="JwksFile"/>.</summary>
    public IReadOnlyList<JsonWebKey> KeySet { get; init; } = [];

    public bool Configured => KeyFile.Length > 0 || Authority.Length > 0 || JwksFile.Length > 0;

    /// <summary>The files that were read.</summary>
    public IEnumerable<string> Files => new[] { KeyFile, JwksFile }.Where(file => file.Length > 0);

    /// <summary>What makes the keys of <see cref="KeySet"/> the ones they are, the same in every process.</summary>
    public IEnumerable<string> KeySetMarks => KeySet.Select(Mark).Select(mark => $"{mark.Kid} {mark.Alg} {mark.Thumbprint}");

    /// <summary>True when every token is good for both or for neither, whatever object the settings are: a reload makes new ones.</summary>
    public bool Equals(JwtSettings? other) =>
        other is not null
        && (KeyFile, Authority, JwksFile, Issuer, Audience, SubjectClaim, ClockSkew)
            == (other.KeyFile, other.Authority, other.JwksFile, other.Issuer, other.Audience, other.SubjectClaim, other.ClockSkew)
        && Algorithms.SequenceEqual(other.Algorithms)
        && Keys.SequenceEqual(other.Keys)
        && KeySet.Select(Mark).SequenceEqual(other.KeySet.Select(Mark));

    public override int GetHashCode() => HashCode.Combine(KeyFile, Authority, JwksFile, Issuer, Audience, Algorithms.Count);

    public static JwtSettings Read(SettingReader section, JwtSettings fallback) => JwtSettingsReader.Read(section, fallback);

    // RFC 7638: what makes the key the one it is.
    private static (string? Kid, string? Alg, string Thumbprint) Mark(JsonWebKey key) =>
        (key.Kid, key.Alg, key.CanComputeJwkThumbprint() ? Convert.ToHexString(key.ComputeJwkThumbprint()) : "");
}
