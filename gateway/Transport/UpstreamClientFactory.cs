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

        // An answer nobody wants, such as that of a refused stream, is not read to its end but cut off: the upstream learns at once.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new HeadDeadline(new SendOnce(base.WrapHandler(context, handler)), time);
}
