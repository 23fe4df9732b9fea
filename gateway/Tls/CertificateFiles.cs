using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SseGateway.Tls;

/// <summary>A certificate as a section of Kestrel's configuration names it, by files.</summary>
/// <param name="Path">PEM or DER with a key beside it, or PKCS #12.</param>
/// <param name="KeyPath">The key as PEM; null when it is in the same file.</param>
/// <param name="Password">Of the key, or of the PKCS #12 file; null for none.</param>
internal sealed record CertificateFiles(string Path, string? KeyPath, string? Password)
{
    private const string PemStart = "-----BEGIN ";

    /// <summary>Null when the section names no file: there is no certificate, or it comes from a store.</summary>
    /// <param name="section">Kestrel's.</param>
    /// <param name="folder">What relative paths are relative to.</param>
    public static CertificateFiles? Read(IConfigurationSection section, string folder) =>
        section["Path"] is { Length: > 0 } path
            ? new CertificateFiles(System.IO.Path.Combine(folder, path), section["KeyPath"] is { Length: > 0 } key ? System.IO.Path.Combine(folder, key) : null,
                section["Password"])
            : null;

    /// <summary>What is in the files.</summary>
    /// <exception cref="IOException">One of them is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One of them may not be read.</exception>
    public (byte[] Certificate, byte[] Key) ReadAll() => (File.ReadAllBytes(Path), KeyPath is null ? [] : File.ReadAllBytes(KeyPath));

    /// <summary>Makes of it what a handshake needs, with the intermediate certificates that clients are to be sent.</summary>
    /// <exception cref="CryptographicException">It is no certificate, or the key is another one's.</exception>
    /// <exception cref="ArgumentException">The same.</exception>
    public SslStreamCertificate Load(byte[] certificate, byte[] key)
    {
        if (KeyPath is null)
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(certificate, Password);
            var withKey = all.FirstOrDefault(one => one.HasPrivateKey)
                ?? throw new CryptographicException($"There is no private key in {Path}, and no KeyPath");
            return new SslStreamCertificate(withKey, [.. all.Where(one => !one.HasPrivateKey)]);
        }

        var text = Encoding.Latin1.GetString(certificate);
        if (!text.Contains(PemStart, StringComparison.Ordinal))
        {
            text = X509CertificateLoader.LoadCertificate(certificate).ExportCertificatePem();
        }

        var keyText = Encoding.Latin1.GetString(key);
        var own = Password is null ? X509Certificate2.CreateFromPem(text, keyText) : X509Certificate2.CreateFromEncryptedPem(text, keyText, Password);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text);
        return new SslStreamCertificate(own, [.. chain.Where(one => one.Thumbprint != own.Thumbprint)]);
    }

    // The password is no one's to read.
    public override string ToString() => Path;
}
