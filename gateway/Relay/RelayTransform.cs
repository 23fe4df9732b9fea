using SseGateway.Streams;
using SseGateway.Transport;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Relay;

/// <summary>
/// Takes the body of an event-stream answer over from YARP, which would hold the response head until the first body byte.
/// Everything else stays YARP's.
/// </summary>
internal sealed class RelayTransform(StreamRegistry registry, ILogger<RelayTransform> logger) : ResponseTransform
{
    public override async ValueTask ApplyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is not { } upstream)
        {
            return;
        }

        HopByHop.RemoveFromResponse(upstream, context.HttpContext.Response);
        if (HttpMethods.IsHead(context.HttpContext.Request.Method) || !EventStreamContent.Is(upstream))
        {
            return;
        }

        context.SuppressResponseBody = true;
        using var stream = new LiveStream(registry, context.HttpContext);
        await new StreamRelay(context.HttpContext, upstream, stream, logger).RunAsync();
    }
}
