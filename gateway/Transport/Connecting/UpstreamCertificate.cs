using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SseGateway.Configuration.Settings.Tls;
using SseGateway.Transport.Http;

namespace SseGateway.Transport.Connecting;

/// <summary>Which certificates of upstreams are good, and what is said of one that is not: what is wrong with it, and what to do about it.</summary>
internal static class UpstreamCertificate
{
    /// <summary>What each of these messages begins with.</summary>
    public const string Subject = "the upstream";

    /// <summary>
    /// Has a connection with TLS check the upstream's certificate. Where a cluster takes any (<c>DangerousAcceptAnyServerCertificate</c>) it stays so.
    /// </summary>
    public static void Check(SslClientAuthenticationOptions tls, AuthoritySettings authorities)
    {
        if (authorities.Certificates is { } certificates)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(certificates);
        }

        tls.RemoteCertificateValidationCallback ??= (_, certificate, chain, errors) => errors == SslPolicyErrors.None
            ? true
            : throw new AuthenticationException(Describe(certificate as X509Certificate2, chain, errors));
    }

    private static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return $"{Subject} has shown no certificate";
        }

        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        var problem = status.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? $"is good from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"is for other names: {Names(certificate)}"
            : $"is issued by nobody that is trusted ({LogText.Of(certificate.Issuer)}): name a file with the certificate of its authority by --upstream-ca";
        return $"{Subject}'s certificate {problem}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())));
        return LogText.Of(string.Join(", ", names.DefaultIfEmpty(certificate.Subject)));
    }
}
