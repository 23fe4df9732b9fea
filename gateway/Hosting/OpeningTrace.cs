using System.Diagnostics;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Hosting;

/// <summary>
/// Traces the opening of streams: begins the span with the request, and ends those of streams that never came to their head. Costs nothing
/// while nobody listens.
/// </summary>
internal sealed class OpeningTrace(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) => OpeningSpan.Wanted ? TraceAsync(context) : next(context);

    private async Task TraceAsync(HttpContext context)
    {
        // The client's trace goes on here; anything but a valid traceparent begins a new one (W3C Trace Context, 3.2.2).
        _ = ActivityContext.TryParse(context.Request.Headers.TraceParent, traceState: null, isRemote: true, out var parent);
        var span = new OpeningSpan(time.GetUtcNow(), parent);
        context.Features.Set(span);
        var threw = true;
        try
        {
            await next(context);
            threw = false;
        }
        finally
        {
            if (context.Features.Get<RouteFeature>()?.RouteId is { } routeId && Outcome(context, span, threw) is { } outcome)
            {
                span.End(outcome, routeId, threw || outcome == OpeningOutcome.ClientClosed ? 0 : context.Response.StatusCode, time.GetUtcNow());
            }
        }
    }

    // Null for what was no stream after all. One that has its head has ended its span itself.
    private static OpeningOutcome? Outcome(HttpContext context, OpeningSpan span, bool threw) =>
        span.Refused is { } refused ? refused
        : !EventStreamRequest.Announces(context.Request) ? null
        : context.RequestAborted.IsCancellationRequested ? OpeningOutcome.ClientClosed
        : threw || context.Response.StatusCode >= StatusCodes.Status400BadRequest ? OpeningOutcome.Failed
        : null;
}
