using SseGateway.Configuration.Settings;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Edge.Credentials;

/// <summary>
/// First step of a request: finds out which route it is for, and takes the credential out of it before anything logs or forwards it.
/// </summary>
internal sealed class CredentialMiddleware(RequestDelegate next, CurrentSettings settings)
{
    private static readonly RouteSettings NotOurs = new();

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var routeId = endpoint?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId;

        var route = new RouteFeature(routeId, Settings(endpoint, routeId));
        context.Features.Set(route);
        RemoveOurs(context.Request.Headers);
        if (!route.Proxied)
        {
            RedactUnrouted(context);
            return next(context);
        }

        RemoveOperators(context.Request.Headers);
        if (route.Settings.Authentication is { Required: true } authentication)
        {
            context.Features.Set(RequestCredential.Take(context, authentication, keep: authentication.ForwardCredential));
        }

        return next(context);
    }

    private static void RemoveOurs(IHeaderDictionary headers)
    {
        if (FieldNames.Any(headers, IsOurs))
        {
            RemoveAllOurs(headers);
        }
    }

    // Browsers give a cookie to all ports of a host: that of an operator who looks at the service behind this gateway comes here too.
    private static void RemoveOperators(IHeaderDictionary headers)
    {
        if (headers.Cookie is { Count: > 0 } cookies && cookies.ToString().Contains(AdminSettings.SessionCookie, StringComparison.Ordinal)
            && CookieCredential.TryTake(cookies, AdminSettings.SessionCookie, out _, out var others))
        {
            headers.Cookie = others;
        }
    }

    private static void RemoveAllOurs(IHeaderDictionary headers)
    {
        foreach (var name in headers.Keys.Where(IsOurs).ToArray())
        {
            headers.Remove(name);
        }
    }

    // An upstream behind CGI or WSGI cannot tell an underscore from a hyphen.
    private static bool IsOurs(string name) => name.Length >= IdentityFields.ClaimStart.Length && name[0] is 'G' or 'g'
        && name.Replace('_', '-') is var plain
        && (plain.Equals(IdentityFields.Subject, StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith(IdentityFields.ClaimStart, StringComparison.OrdinalIgnoreCase));

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
            RequestCredential.Redact(context, settings.Value.All.SecretQueryNames);
        }
    }
}
