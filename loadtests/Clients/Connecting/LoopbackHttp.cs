using System.Net;

namespace LoadTests.Clients.Connecting;

/// <summary>HttpClient for what is no load: signing in, telling a gateway something, a sample of clients as programs are.</summary>
internal static class LoopbackHttp
{
    /// <param name="http2">Whether HTTP/2 is spoken, with prior knowledge where there is no TLS.</param>
    /// <param name="mostConnections">To one server.</param>
    public static HttpClient Create(bool http2, int mostConnections = int.MaxValue)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = mostConnections,
            UseCookies = false,
            UseProxy = false,
            SslOptions = LoopbackTls.Options(IPAddress.Loopback),
        };
        return new HttpClient(handler)
        {
            DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
