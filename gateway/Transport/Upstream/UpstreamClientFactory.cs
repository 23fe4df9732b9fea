using System.Text;
using SseGateway.Configuration.Settings;
using SseGateway.Transport.Client;
using SseGateway.Transport.Connecting;
using SseGateway.Transport.Early;
using SseGateway.Transport.Requests;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Transport.Upstream;

/// <summary>The connections to the upstreams: header values byte for byte, a bounded connect, and a head that has to come in time.</summary>
internal sealed class UpstreamClientFactory(CurrentSettings settings, AddressRace addresses, TimeProvider time, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = settings.Value.Defaults.Timeouts.Connect;

        // A name may point elsewhere by then. What is under way on an older connection is not cut.
        var lifetime = settings.Value.Defaults.Timeouts.ConnectionLifetime;
        handler.PooledConnectionLifetime = lifetime == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : lifetime;

        // Where their number is limited the handler has to know of every connection that is open.
        var unlimited = handler.MaxConnectionsPerServer == int.MaxValue;
        handler.ConnectCallback = async (connection, cancellationToken) =>
            new UpstreamConnection(await addresses.ConnectAsync(connection.DnsEndPoint, cancellationToken), mayBeTaken: unlimited);
        UpstreamCertificate.Check(handler.SslOptions, settings.Value.UpstreamAuthorities);
        handler.KeepAlivePingDelay = KeepAlive.Delay;
        handler.KeepAlivePingTimeout = KeepAlive.PingTimeout;
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;

        // An answer nobody wants, such as that of a refused stream, is not read to its end but cut off: the upstream learns at once.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
        SendOnce.Watch(handler);
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new EarlyHead(new HeadDeadline(new SendOnce(base.WrapHandler(context, handler)), time), time);
}
