using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Gateway.Tests.Client;

/// <summary>A client that speaks HTTP/2, all its requests on one connection that can be dropped under it.</summary>
internal sealed class Http2Client : HttpClient
{
    private readonly ConcurrentBag<Socket> _sockets;

    private Http2Client(SocketsHttpHandler handler, ConcurrentBag<Socket> sockets) : base(handler) => _sockets = sockets;

    /// <summary>How many connections it has made.</summary>
    public int ConnectionCount => _sockets.Count;

    /// <param name="address">The gateway's.</param>
    /// <param name="makeSocket">Makes its sockets; null for ordinary ones.</param>
    /// <param name="tls">For an address of https; null for none.</param>
    public static Http2Client Create(Uri address, Func<Socket>? makeSocket = null, SslClientAuthenticationOptions? tls = null)
    {
        var sockets = new ConcurrentBag<Socket>();
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = tls ?? new(),
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = makeSocket?.Invoke() ?? new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.NoDelay = true;
                sockets.Add(socket);
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new Http2Client(handler, sockets)
        {
            BaseAddress = address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Resets the TCP connection with all its streams.</summary>
    public void Drop()
    {
        foreach (var socket in _sockets)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
    }
}
