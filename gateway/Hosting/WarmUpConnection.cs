using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SseGateway.Hosting;

/// <summary>Opens streams on one connection of TLS and HTTP/2, as browsers and balancers do.</summary>
internal static class WarmUpConnection
{
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndOfStreamAndHeaders = 0x5;
    private const int FrameHead = 9;

    // RFC 7541 appendix A: ":method: GET" and ":scheme: https"; then, literal, the names of ":authority", ":path" and "accept" by their index.
    private static readonly byte[] GetHttps = [0x82, 0x87];
    private const byte Authority = 1;
    private const byte Path = 4;
    private const byte Accept = 19;

    // All that an index of a literal can be in its first byte (RFC 7541 section 6.2.2).
    private const byte MostInFirst = 0xf;

    /// <summary>For as long as the warm-up takes.</summary>
    public static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    /// <summary>Waits until each of the streams has had an event, or the connection is over.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="certificate">The only one that is trusted.</param>
    /// <param name="path">What each of them asks for.</param>
    /// <param name="streams">How many.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task OpenAsync(int port, X509Certificate2 certificate, string path, int streams, CancellationToken cancellation)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => certificate.Equals(shown));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellation);
        var requests = new List<byte>("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        AddFrame(requests, Settings, flags: 0, stream: 0, []);
        byte[] head = [.. GetHttps, .. Field(Authority, "localhost"), .. Field(Path, path), .. Field(Accept, "text/event-stream")];
        for (var i = 0; i < streams; i++)
        {
            AddFrame(requests, Headers, EndOfStreamAndHeaders, (2 * i) + 1, head);
        }

        await tls.WriteAsync(requests.ToArray(), cancellation);
        var buffer = new byte[16 * 1024];
        for (var events = 0; events < streams;)
        {
            var read = await tls.ReadAsync(buffer, cancellation);
            if (read == 0)
            {
                return;
            }

            events += buffer.AsSpan(0, read).Count("data:"u8);
        }
    }

    // RFC 9113 section 4.1.
    private static void AddFrame(List<byte> frames, byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[FrameHead];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        head[3] = type;
        head[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        frames.AddRange(head);
        frames.AddRange(payload);
    }

    private static byte[] Field(byte name, string value)
    {
        byte[] index = name < MostInFirst ? [name] : [MostInFirst, (byte)(name - MostInFirst)];
        return [.. index, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
    }
}
