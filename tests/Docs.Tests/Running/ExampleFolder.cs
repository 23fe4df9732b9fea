using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Docs.Tests.Running;

/// <summary>A folder for an example, with the files that examples name.</summary>
internal sealed class ExampleFolder : IDisposable
{
    private ExampleFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Without files.</summary>
    public static ExampleFolder Empty() => new(Directory.CreateTempSubdirectory("docs-").FullName);

    /// <summary>With a signing key and a certificate.</summary>
    public static ExampleFolder WithSecrets()
    {
        var folder = Empty();
        folder.Write("signing.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        folder.Write("tls.crt", certificate.ExportCertificatePem());
        folder.Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        return folder;
    }

    /// <returns>The file's path.</returns>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
