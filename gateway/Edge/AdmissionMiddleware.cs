using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration;
using SseGateway.Streams;

namespace SseGateway.Edge;

/// <summary>
/// Last step before YARP: requests that announce a stream take a place among the live ones here, or are refused. The place is given back
/// when the request is over, whatever way it ended.
/// </summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, GatewaySettings settings, StreamLimiter limiter, StreamRegistry registry)
{
    public Task InvokeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteFeature>();
        return route.RouteId is { } routeId ? AdmitAsync(context, routeId, route.Settings) : next(context);
    }

    private async Task AdmitAsync(HttpContext context, string routeId, RouteSettings route)
    {
        var address = ClientAddress.Resolve(context.Connection.RemoteIpAddress, context.Request.Headers["X-Forwarded-For"], settings.TrustedProxies);
        var applicant = new StreamApplicant(routeId, route.Limits, AddressKey.Of(address), context.Features.Get<Caller>()?.Subject);
        using var admission = new StreamAdmission(limiter, applicant, route.Refusal);
        context.Features.Set(admission);
        if (EventStreamRequest.Announces(context.Request))
        {
            // Before it takes a place or an upstream's time: a stream opened now would be ended at once.
            var reason = RefusalReason.Draining;
            if (registry.Draining || !StreamAdmission.TryAdmit(context, out reason))
            {
                await Refusal.WriteAsync(context, reason);
                return;
            }
        }

        await next(context);
    }
}
