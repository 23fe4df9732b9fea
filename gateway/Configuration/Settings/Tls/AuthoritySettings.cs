using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings.Tls;

/// <summary>The authorities by which upstreams with TLS are known: those of a file, or the system's.</summary>
internal sealed record AuthoritySettings
{
    /// <summary>Null for the system's.</summary>
    public X509Certificate2Collection? Certificates { get; private init; }

    // By what they are: a reload that leaves them as they are changes nothing.
    public bool Equals(AuthoritySettings? other) => other is not null && Thumbprints(Certificates).SequenceEqual(Thumbprints(other.Certificates));

    public override int GetHashCode() => Thumbprints(Certificates).Aggregate(0, HashCode.Combine);

    public static AuthoritySettings Read(SettingReader section, string key)
    {
        if (section.Text(key, "") is not { Length: > 0 } file)
        {
            return new AuthoritySettings();
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(file);
            if (certificates.Count == 0)
            {
                section.Error(key, $"holds no certificate in PEM: {file}");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            section.Error(key, $"cannot be read: {error.Message}");
        }

        return new AuthoritySettings { Certificates = certificates };
    }

    private static IEnumerable<string> Thumbprints(X509Certificate2Collection? certificates) => certificates?.Select(one => one.Thumbprint) ?? [];
}
