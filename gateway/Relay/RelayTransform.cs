using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Output;
using SseGateway.Streams.Telemetry;
using SseGateway.Transport.Client;
using SseGateway.Transport.Http;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Relay;

/// <summary>
/// Takes the body of an event-stream answer over from YARP, which would hold the response head until the first body byte.
/// Everything else stays YARP's.
/// </summary>
internal sealed class RelayTransform(StreamMetrics metrics, TimeProvider time) : ResponseTransform
{
    public override async ValueTask ApplyAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is not { } upstream || transform.SuppressResponseBody || context.Features.Get<StreamAdmission>() is not { } admission)
        {
            // A request that is no client's is a shared stream's own, or that of an answer which is kept. Its answer has been taken.
            return;
        }

        HopByHop.RemoveFromResponse(upstream, context.Response);
        var isStream = EventStreamContent.Is(upstream);
        if (isStream || !context.Response.SupportsTrailers())
        {
            // What will not be sent is not announced.
            context.Response.Headers.Remove("Trailer");
        }

        if (HttpMethods.IsHead(context.Request.Method) || !isStream)
        {
            admission.GiveBack(upstream.IsSuccessStatusCode);
            if (UpstreamTrouble.TryWriteAsync(context, metrics, context.Response.StatusCode, context.Response.Headers.RetryAfter, time) is { } inBand)
            {
                transform.SuppressResponseBody = true;
                await inBand;
                return;
            }

            EmptyAnswer.Enforce(transform);
            await TimedBody.SetAsync(context, upstream, time);
            return;
        }

        // Whatever happens from here on is answered here.
        transform.SuppressResponseBody = true;
        if (await admission.AdmitAsync() is not RefusalReason.None and var reason)
        {
            await Refusal.WriteAsync(context, reason, wasAsked: true);
            return;
        }

        ContentCoding.DropIfNone(context.Response.Headers);
        await new StreamRelay(context, upstream, admission.Stream!, time).RunAsync();
    }
}
