using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SseGateway.Tls;

/// <summary>Gives the connections of an endpoint of Kestrel's configuration their certificate at the handshake, where that comes from files.</summary>
/// <remarks>Called when Kestrel has read the endpoint and its certificates, so that what is wrong with them has been said by Kestrel.</remarks>
internal static class TlsEndpoint
{
    /// <param name="endpoint">As Kestrel has read it.</param>
    /// <param name="defaultCertificate">Kestrel's <c>Certificates:Default</c>; null for none in files.</param>
    /// <param name="folder">What relative paths are relative to.</param>
    /// <param name="watch">Where certificates are kept up to date.</param>
    public static void Configure(EndpointConfiguration endpoint, CertificateFiles? defaultCertificate, string folder, CertificateWatch watch)
    {
        if (!endpoint.IsHttps || endpoint.HttpsOptions.ClientCertificateMode == ClientCertificateMode.DelayCertificate
            || Names(endpoint, defaultCertificate, folder, watch) is not { } names)
        {
            return;
        }

        endpoint.ListenOptions.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = endpoint.HttpsOptions.HandshakeTimeout,
            OnConnection = context => names.Find(context.ClientHelloInfo.ServerName) is { } name
                ? new(name.Options())
                : throw new AuthenticationException($"No certificate is for the name \"{context.ClientHelloInfo.ServerName}\"."),
        });
    }

    // Null when Kestrel is to do as ever: a certificate is from a store, or is the one for development.
    private static ServerNames? Names(EndpointConfiguration endpoint, CertificateFiles? defaultCertificate, string folder, CertificateWatch watch)
    {
        var options = endpoint.HttpsOptions;
        var own = endpoint.ConfigSection.GetSection("Certificate");
        var files = own.GetChildren().Any() ? CertificateFiles.Read(own, folder) : defaultCertificate;
        var names = new ServerNames();
        var parted = endpoint.ConfigSection.GetSection("Sni").GetChildren().ToArray();
        try
        {
            foreach (var section in parted)
            {
                var certificate = section.GetSection("Certificate");
                if ((certificate.GetChildren().Any() ? CertificateFiles.Read(certificate, folder) : files) is not { } ofName)
                {
                    return null;
                }

                names.Add(section.Key, new ServerName(
                    watch.Of(ofName),
                    Choice<HttpProtocols>(section["Protocols"]),
                    Versions(section) ?? options.SslProtocols,
                    Choice<ClientCertificateMode>(section["ClientCertificateMode"]) ?? options.ClientCertificateMode,
                    options.CheckCertificateRevocation));
            }

            if (parted.Length == 0)
            {
                if (files is null)
                {
                    return null;
                }

                names.Add("*", new ServerName(
                    watch.Of(files), Protocols: null, options.SslProtocols, options.ClientCertificateMode, options.CheckCertificateRevocation));
            }
        }
        catch (Exception unread) when (unread is CryptographicException or ArgumentException or InvalidOperationException)
        {
            // Kestrel has read it, and takes more than is known here.
            return null;
        }

        return names;
    }

    private static SslProtocols? Versions(IConfigurationSection section) =>
        section.GetSection("SslProtocols").GetChildren().Select(child => Choice<SslProtocols>(child.Value)).Aggregate(
            (SslProtocols?)null, static (all, one) => (all ?? SslProtocols.None) | (one ?? SslProtocols.None));

    private static TEnum? Choice<TEnum>(string? text)
        where TEnum : struct, Enum => Enum.TryParse<TEnum>(text, ignoreCase: true, out var value) ? value : null;
}
