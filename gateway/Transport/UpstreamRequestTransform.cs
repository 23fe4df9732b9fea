using SseGateway.Configuration;
using SseGateway.Streams;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport;

/// <summary>What the gateway changes in a request on its way to the upstream, beside what the edge took out of it.</summary>
internal sealed class UpstreamRequestTransform(IHostApplicationLifetime lifetime) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        var announced = EventStreamRequest.Announces(request);
        if (context.HttpContext.Features.Get<RouteFeature>() is { } route)
        {
            // A stream that has not begun when the gateway goes down is refused like one that comes then; a POST may be at work already.
            var stopping = announced && HttpMethods.IsGet(request.Method) ? lifetime.ApplicationStopping : CancellationToken.None;
            HeadDeadline.Set(context.ProxyRequest, route.Settings.Timeouts.Head, stopping);
        }

        // A compressor holds events back until its block is full (PITFALLS 2).
        if (announced)
        {
            context.ProxyRequest.Headers.Remove("Accept-Encoding");
        }

        return default;
    }
}
