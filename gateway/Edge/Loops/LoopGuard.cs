using SseGateway.Configuration.Settings;
using SseGateway.Streams.Telemetry;
using SseGateway.Transport.Http;

namespace SseGateway.Edge.Loops;

/// <summary>
/// Ends a request that has been here already: a destination leads back, and each round would take two more open files, until there are none. Several
/// gateways in a row are none of that: each has a mark of its own. Endpoints of an application that hosts the gateway are its own affair.
/// </summary>
internal sealed partial class LoopGuard(RequestDelegate next, Via via, TimeProvider time, ILogger<LoopGuard> logger)
{
    private readonly RareWarning _warning = new(time);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RouteFeature>() is not { Proxied: true, RouteId: var routeId } || !via.HasBeenHere(context.Request.Headers.Via))
        {
            return next(context);
        }

        if (_warning.IsDue())
        {
            LogLoop(logger, routeId);
        }

        return Results.Problem(title: "The request has been here already: an upstream leads back to the gateway", statusCode: StatusCodes.Status508LoopDetected)
            .ExecuteAsync(context);
    }

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, Message = "Route {Route} leads back to this gateway: its requests are answered 508")]
    private static partial void LogLoop(ILogger logger, string? route);
}
