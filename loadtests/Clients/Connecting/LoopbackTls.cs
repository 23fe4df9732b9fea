using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace LoadTests.Clients.Connecting;

/// <summary>TLS to this machine itself, where a certificate proves nothing: it is not checked.</summary>
internal static class LoopbackTls
{
    /// <summary>For clients that bring TLS themselves.</summary>
    public static SslClientAuthenticationOptions Options(IPAddress server, params List<SslApplicationProtocol> protocols)
    {
        if (!IPAddress.IsLoopback(server))
        {
            throw new ArgumentException($"{server} is another machine, whose certificate would have to be checked.", nameof(server));
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = server.ToString(),
            ApplicationProtocols = protocols.Count > 0 ? protocols : null,

            // Each client stands for another machine: none has been here before.
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
#pragma warning disable CA5359 // On the loopback address alone.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        };
    }

    /// <summary>Shakes hands.</summary>
    /// <param name="connection">Connected; closed with what is returned.</param>
    /// <param name="server">To whom.</param>
    /// <param name="protocol">What is to be spoken.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It does not come to TLS, or the other side speaks something else.</exception>
    public static async Task<SslStream> SecureAsync(
        Stream connection, IPEndPoint server, SslApplicationProtocol protocol, CancellationToken cancellation)
    {
        var tls = new SslStream(connection);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(server.Address, protocol), cancellation);

            // HTTP/1.1 is what a server speaks that has chosen nothing.
            return tls.NegotiatedApplicationProtocol == protocol
                || (protocol == SslApplicationProtocol.Http11 && tls.NegotiatedApplicationProtocol.Protocol.IsEmpty)
                    ? tls
                    : throw new IOException($"{server} does not speak {protocol} over TLS");
        }
        catch (AuthenticationException failure)
        {
            await tls.DisposeAsync();
            throw new IOException($"no TLS with {server}: {failure.GetBaseException().Message}", failure);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
