using SseGateway.Configuration;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Edge;

/// <summary>
/// First step of a request: finds out which route it is for, and takes the credential out of it before anything logs or forwards it.
/// </summary>
internal sealed class CredentialMiddleware(RequestDelegate next, CurrentSettings settings)
{
    /// <summary>The header in which the upstream learns the subject. Only the gateway may set it.</summary>
    public const string SubjectHeader = "Gateway-Subject";

    // An upstream behind CGI or WSGI cannot tell it from the one with hyphens.
    private const string SubjectHeaderTwin = "Gateway_Subject";

    private static readonly RouteSettings NotOurs = new();

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var routeId = endpoint?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId;

        var route = new RouteFeature(routeId, Settings(endpoint, routeId));
        context.Features.Set(route);
        context.Request.Headers.Remove(SubjectHeader);
        context.Request.Headers.Remove(SubjectHeaderTwin);
        if (!route.Proxied)
        {
            RedactUnrouted(context);
        }
        else if (route.Settings.Authentication.Required)
        {
            var authentication = route.Settings.Authentication;
            context.Features.Set(RequestCredential.Take(context, authentication, keep: authentication.ForwardCredential));
        }

        return next(context);
    }

    // The route's own, as they were when the route was made: during a reload a route and its settings change together. What holds where no
    // route matched, such as CORS on a 404 or a 405, is not for endpoints of the application that hosts the gateway.
    private RouteSettings Settings(Endpoint? endpoint, string? routeId) =>
        endpoint?.Metadata.GetMetadata<RouteSettings>()
        ?? (routeId is null && endpoint is RouteEndpoint ? NotOurs : settings.Value.ForRoute(routeId));

    // No route, no credential; but a token in the query of a mistyped path is still a secret. Endpoints of the host application that are
    // not ours keep their query.
    private void RedactUnrouted(HttpContext context)
    {
        if (context.GetEndpoint() is null)
        {
            RequestCredential.Redact(context, settings.Value.SecretQueryNames());
        }
    }
}
