using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using SseGateway.Transport.Requests;

namespace SseGateway.Edge.Admission;

/// <summary>
/// Last step before YARP: requests that want a stream, or are likely to get one, take a place among the live ones here, or are refused. The
/// place is given back when the request is over, whatever way it ended.
/// </summary>
internal sealed class AdmissionMiddleware(
    RequestDelegate next, CurrentSettings settings, StreamLimiter limiter, StreamRegistry registry, PlaceRules rules, LastAnswers lastAnswers,
    SilentProxies silent)
{
    public Task InvokeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteFeature>();
        return route.RouteId is { } routeId ? AdmitAsync(context, routeId, route.Settings) : next(context);
    }

    private async Task AdmitAsync(HttpContext context, string routeId, RouteSettings route)
    {
        PeekedBody.Watch(context, route);
        if (HttpMethods.IsPost(context.Request.Method) && DialectSigns.Of(context) == Dialect.Mcp)
        {
            registry.Metrics.McpAsked(routeId, context.Request);
        }

        var (peer, forwardedFor) = (context.Connection.RemoteIpAddress, context.Request.Headers["X-Forwarded-For"]);
        silent.Look(peer, forwardedFor);
        var address = ClientAddress.Resolve(peer, forwardedFor, settings.Value.TrustedProxies);
        var caller = context.Features.Get<Caller>();
        var client = new StreamClient(address, caller?.Subject, caller?.KeyId, caller?.ExpiresAt, caller?.IssuedAt);
        using var admission = new StreamAdmission(
            context, registry, limiter, rules, lastAnswers, routeId, client, route, settings, context.Features.Get<ISuccession>());
        context.Features.Set(admission);
        if (await admission.AdmitBeforeAsync() is not RefusalReason.None and var reason)
        {
            await Refusal.WriteAsync(context, reason);
            return;
        }

        await next(context);
    }
}
