using System.Security.Cryptography.X509Certificates;
using SseGateway.Harness.Serve;

namespace LoadTests.Processes;

/// <summary>A certificate for the loopback address as files, made for a run and gone with it.</summary>
internal sealed class TemporaryCertificate : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssegateway-certificate-");

    public TemporaryCertificate()
    {
        using var certificate = SelfSignedCertificate.Create();
        using var key = certificate.GetECDsaPrivateKey()!;
        var (publicText, keyText) = (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(CertificateFile, publicText);
        File.WriteAllText(KeyFile, keyText);
        File.WriteAllText(BothFile, publicText + keyText);
    }

    /// <summary>PEM.</summary>
    public string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    /// <summary>PEM, without a password; in a folder that its owner alone can read.</summary>
    public string KeyFile => Path.Combine(_folder.FullName, "tls.key");

    /// <summary>Both in one.</summary>
    public string BothFile => Path.Combine(_folder.FullName, "both.pem");

    /// <summary>Arguments with which a program on Kestrel takes it for every address that is https.</summary>
    public IReadOnlyList<string> KestrelArguments =>
        [$"--Kestrel:Certificates:Default:Path={CertificateFile}", $"--Kestrel:Certificates:Default:KeyPath={KeyFile}"];

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
