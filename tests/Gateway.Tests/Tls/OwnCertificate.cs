using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gateway.Tests.Running;
using SseGateway.Harness.Serve;

namespace Gateway.Tests.Tls;

/// <summary>A certificate of a test's own, for a gateway's endpoint and for the clients that trust it.</summary>
internal sealed class OwnCertificate : IDisposable
{
    private readonly X509Certificate2 _certificate = SelfSignedCertificate.Create();

    /// <summary>Settings for an endpoint with TLS.</summary>
    public string[] Endpoint =>
    [
        "Kestrel:Endpoints:Tls:Url=https://127.0.0.1:0",
        "Kestrel:Certificates:Default:Path=" + TemporaryFile.Write(_certificate.ExportCertificatePem()),
        "Kestrel:Certificates:Default:KeyPath=" + TemporaryFile.Write(_certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
    ];

    /// <summary>Itself, as files have it.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A server's, that shows it.</summary>
    public SslServerAuthenticationOptions Served => new() { ServerCertificate = _certificate };

    /// <summary>A client's, that takes this certificate and no other.</summary>
    public SslClientAuthenticationOptions Trusted => new()
    {
        TargetHost = "localhost",
        RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.Thumbprint,
    };

    public void Dispose() => _certificate.Dispose();
}
