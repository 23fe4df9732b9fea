using System.Net;
using System.Net.Sockets;
using System.Text;
using SseGateway.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Transport;

/// <summary>The connections to the upstreams: header values byte for byte, a bounded connect, and a head that has to come in time.</summary>
internal sealed class UpstreamClientFactory(CurrentSettings settings, TimeProvider time, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = settings.Value.Defaults.Timeouts.Connect;

        // Where their number is limited the handler has to know of every connection that is open.
        var unlimited = handler.MaxConnectionsPerServer == int.MaxValue;
        handler.ConnectCallback = (connection, cancellationToken) => ConnectAsync(connection.DnsEndPoint, unlimited, cancellationToken);
        handler.KeepAlivePingDelay = KeepAlive.Delay;
        handler.KeepAlivePingTimeout = KeepAlive.PingTimeout;
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;

        // An answer nobody wants, such as that of a refused stream, is not read to its end but cut off: the upstream learns at once.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new HeadDeadline(new SendOnce(base.WrapHandler(context, handler)), time);

    // As the handler does it itself, which also wraps what is thrown here and watches the time; but with keep-alive, for an upstream that
    // vanishes without a word under a stream that may be silent for hours (catalogue 7.4.12). Such a stream has nothing on its way to the
    // upstream, and requests that have are watched by the deadline of the head.
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint upstream, bool unlimited, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            KeepAlive.Enable(socket, KeepAlive.PingTimeout);
            await socket.ConnectAsync(upstream, cancellationToken);
            return unlimited ? new UpstreamConnection(socket) : new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
