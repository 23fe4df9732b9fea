using SseGateway.Configuration;
using SseGateway.Streams;
using SseGateway.Transport;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Relay;

/// <summary>
/// Takes the body of an event-stream answer over from YARP, which would hold the response head until the first body byte.
/// Everything else stays YARP's.
/// </summary>
internal sealed class RelayTransform(StreamRegistry registry, TimeProvider time) : ResponseTransform
{
    public override async ValueTask ApplyAsync(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is not { } upstream)
        {
            return;
        }

        var context = transform.HttpContext;
        HopByHop.RemoveFromResponse(upstream, context.Response);
        if (HttpMethods.IsHead(context.Request.Method) || !EventStreamContent.Is(upstream))
        {
            StreamAdmission.Release(context);
            EmptyAnswer.Enforce(transform);
            return;
        }

        // Whatever happens from here on is answered here.
        transform.SuppressResponseBody = true;
        if (!StreamAdmission.TryAdmit(context, out var reason))
        {
            await Refusal.WriteAsync(context, reason);
            return;
        }

        var idle = context.Features.Get<RouteFeature>()?.Settings.Timeouts.Idle ?? TimeSpan.Zero;
        using var stream = new LiveStream(registry, context, idle);
        await new StreamRelay(context, upstream, stream, time).RunAsync();
    }
}
