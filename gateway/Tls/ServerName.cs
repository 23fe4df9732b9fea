using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SseGateway.Tls;

/// <summary>What clients get who ask for one name, or for any name of an endpoint that parts them by none.</summary>
/// <param name="Certificate">The one of the moment.</param>
/// <param name="Protocols">HTTP versions to agree on; null for the endpoint's.</param>
/// <param name="SslProtocols">TLS versions; none is the system's choice.</param>
/// <param name="ClientCertificates">Whether clients are asked for a certificate.</param>
/// <param name="CheckRevocation">Whether theirs is looked up.</param>
internal sealed record ServerName(
    LiveCertificate Certificate, HttpProtocols? Protocols, SslProtocols SslProtocols, ClientCertificateMode ClientCertificates, bool CheckRevocation)
{
    public SslServerAuthenticationOptions Options()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Certificate.Context,
            EnabledSslProtocols = SslProtocols,
            CertificateRevocationCheckMode = CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        if (Protocols is { } protocols)
        {
            options.ApplicationProtocols = [.. Agreed(protocols)];
        }

        if (ClientCertificates is ClientCertificateMode.AllowCertificate or ClientCertificateMode.RequireCertificate)
        {
            options.ClientCertificateRequired = true;
            options.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                shown is null ? ClientCertificates == ClientCertificateMode.AllowCertificate : errors == SslPolicyErrors.None;
        }

        return options;
    }

    private static IEnumerable<SslApplicationProtocol> Agreed(HttpProtocols protocols)
    {
        if (protocols.HasFlag(HttpProtocols.Http2))
        {
            yield return SslApplicationProtocol.Http2;
        }

        if (protocols.HasFlag(HttpProtocols.Http1))
        {
            yield return SslApplicationProtocol.Http11;
        }
    }
}
