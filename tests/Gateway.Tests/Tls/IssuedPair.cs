using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Tests.Tls;

/// <summary>A new certificate and its key, signed by an authority between it and the root.</summary>
internal sealed class IssuedPair
{
    public IssuedPair(string name = "localhost")
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var root = rootRequest.CreateSelfSigned(from, until);
        using var signed = authorityRequest.Create(root, from, until, RandomNumberGenerator.GetBytes(8));
        using var authority = signed.CopyWithPrivateKey(authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256)
            .Create(authority, from, until, RandomNumberGenerator.GetBytes(8));
        using var whole = certificate.CopyWithPrivateKey(key);
        Thumbprint = certificate.Thumbprint;
        CertificatePem = certificate.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n";
        KeyPem = key.ExportPkcs8PrivateKeyPem() + "\n";
        Pfx = new X509Certificate2Collection { whole, X509CertificateLoader.LoadCertificate(authority.RawData) }.Export(X509ContentType.Pfx, Password)!;
    }

    public static string Password => "of the file";

    public string Thumbprint { get; }

    /// <summary>With its authority's behind it.</summary>
    public string CertificatePem { get; }

    public string KeyPem { get; }

    public byte[] Pfx { get; }
}
