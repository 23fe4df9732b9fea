using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SseGateway.Tls;

/// <summary>A certificate with its key, ready for handshakes.</summary>
internal sealed class SslStreamCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
{
    public X509Certificate2 Certificate => certificate;

    public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(certificate, chain, offline: true);
}
