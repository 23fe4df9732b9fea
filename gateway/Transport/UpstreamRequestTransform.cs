using SseGateway.Configuration;
using SseGateway.Streams;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport;

/// <summary>What the gateway changes in a request on its way to the upstream, beside what the edge took out of it.</summary>
internal sealed class UpstreamRequestTransform : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        if (context.HttpContext.Features.Get<RouteFeature>() is { } route)
        {
            HeadDeadline.Set(context.ProxyRequest, route.Settings.Timeouts.Head);
        }

        // A compressor holds events back until its block is full (PITFALLS 2).
        if (EventStreamRequest.Announces(context.HttpContext.Request))
        {
            context.ProxyRequest.Headers.Remove("Accept-Encoding");
        }

        return default;
    }
}
