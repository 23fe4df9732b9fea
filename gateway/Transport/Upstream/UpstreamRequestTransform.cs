using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Dialects;
using SseGateway.Transport.Early;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport.Upstream;

/// <summary>What the gateway changes in a request on its way to the upstream, beside what the edge took out of it.</summary>
internal sealed class UpstreamRequestTransform(Via via) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        var announced = EventStreamRequest.Announces(request);
        var askForIdentity = announced;
        var route = context.HttpContext.Features.Get<RouteFeature>();
        if (route is not null)
        {
            HeadDeadline.Set(context.ProxyRequest, route.Settings.Timeouts.HeadFor(EventStreamRequest.MayTakeLong(context.HttpContext)),
                context.HttpContext.Features.Get<StreamAdmission>()?.Stream);
            if (route.Settings.PreserveHost)
            {
                context.ProxyRequest.Headers.Host = request.Host.Value;
            }

            askForIdentity |= TryOpenEarly(context, route.Settings)
                || route.Settings.AskForIdentity
                || (route.Settings.Keep.Enabled && HttpMethods.IsPost(request.Method));
        }

        // A compressor holds events back until its block is full.
        if (askForIdentity)
        {
            context.ProxyRequest.Headers.Remove("Accept-Encoding");
        }

        if (announced && HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey(QueryCursor.Header)
            && QueryCursor.TryRead(request.QueryString, route?.Settings.CursorNames ?? QueryCursor.DefaultNames, out var cursor))
        {
            context.ProxyRequest.Headers.TryAddWithoutValidation(QueryCursor.Header, cursor);
        }

        // Behind those of the hops before, which YARP has copied.
        context.ProxyRequest.Headers.TryAddWithoutValidation(Via.Field, via.Of(request.Protocol));

        // YARP copies an empty one, and the client then adds the upstream's beside it: two are an invalid request (RFC 9112 section 3.2).
        if (string.IsNullOrWhiteSpace(context.ProxyRequest.Headers.Host))
        {
            context.ProxyRequest.Headers.Remove("Host");
        }

        return default;
    }

    // Not for a shared stream's own request: its clients have their heads when it has.
    private static bool TryOpenEarly(RequestTransformContext transform, RouteSettings route)
    {
        var context = transform.HttpContext;
        if (route.OpenAfter == TimeSpan.Zero || context.Features.Get<StreamAdmission>() is null)
        {
            return false;
        }

        var takesJson = HttpMethods.IsPost(context.Request.Method) && DialectSigns.Of(context) == Dialect.Mcp;
        EarlyHead.Set(transform.ProxyRequest, route.OpenAfter, () => EarlyOpening.IsMeantFor(context), takesJson);
        return true;
    }
}
