using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Transport;

/// <summary>An upstream over TLS that answers one request and then goes without a word.</summary>
internal sealed class TlsUpstream : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly X509Certificate2 _certificate = Sign();
    private Socket? _socket;
    private SslStream? _secure;

    private TlsUpstream(Socket listener) => _listener = listener;

    /// <exception cref="SocketException">The address is not free.</exception>
    public static TlsUpstream Start(string address)
    {
        var endPoint = IPEndPoint.Parse(address);
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen();
        return new TlsUpstream(listener);
    }

    /// <summary>Takes a connection, reads a request's head, and sends these bytes.</summary>
    /// <exception cref="NotSeenException">None came, or without TLS or a request.</exception>
    public async Task AnswerAsync(string answer, CancellationToken cancellation)
    {
        try
        {
            _socket = await Patience.ForAsync(token => _listener.AcceptAsync(token).AsTask(), "a connection to the upstream over TLS", null, cancellation);
            _secure = new SslStream(new NetworkStream(_socket, ownsSocket: true));
            await _secure.AuthenticateAsServerAsync(_certificate, clientCertificateRequired: false, checkCertificateRevocation: false);
            var head = await Patience.ForAsync(new MessageReader(_secure).ReadHeadAsync, "a request over TLS", null, cancellation);
            await _secure.WriteAsync(
                Bytes.Of(head is null ? throw new NotSeenException("the target closed before its request over TLS") : answer), cancellation);
        }
        catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
        {
            throw new NotSeenException($"no request over TLS: {failure.Message}");
        }
    }

    /// <summary>FIN without close_notify.</summary>
    public void CutWithoutCloseNotify() => _socket!.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _socket?.Dispose();
        if (_secure is not null)
        {
            await _secure.DisposeAsync();
        }

        _certificate.Dispose();
    }

    private static X509Certificate2 Sign()
    {
        // An RSA key would take some tenths of a second to make, in each case.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
