using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Edge;

/// <summary>
/// First step of a request: finds out which route it is for, and takes the credential out of it before anything logs or forwards it.
/// </summary>
/// <remarks>
/// With more than one carrier in a request the first of this order counts, and only that one is checked, good or bad: Authorization,
/// API key header, query parameter, cookie (RFC 6750, 2: never "any good one"). What a client puts in on purpose goes before the cookie,
/// which a browser adds by itself. All enabled carriers are removed, whichever counts.
/// </remarks>
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
            Lift(context, route.Settings.Authentication);
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
            foreach (var name in settings.Value.QueryCarriers)
            {
                if (QueryCredential.TryTake(context.Request.QueryString, name, out _, out var rest))
                {
                    SetQuery(context, rest);
                }
            }
        }
    }

    private static void Lift(HttpContext context, AuthenticationSettings authentication)
    {
        var headers = context.Request.Headers;
        var carriers = authentication.Carriers;
        var forward = authentication.ForwardCredential;
        Credential? credential = null;
        if (carriers.Header && headers.Authorization.Count > 0)
        {
            credential = BearerCredential.Read(headers.Authorization);
            if (!forward)
            {
                headers.Remove("Authorization");
            }
        }

        var keys = authentication.ApiKeys;
        if (keys.Configured && headers.TryGetValue(keys.Header, out var key))
        {
            credential ??= Credential.Of(CredentialCarrier.ApiKeyHeader, key.Count == 1 ? key[0] : null);
            if (!forward)
            {
                headers.Remove(keys.Header);
            }
        }

        if (carriers.Query.Length > 0 && QueryCredential.TryTake(context.Request.QueryString, carriers.Query, out var token, out var rest))
        {
            credential ??= Credential.Of(CredentialCarrier.Query, token);
            PrivateAnswer.Ask(context);
            if (!forward)
            {
                SetQuery(context, rest);
            }
        }

        if (carriers.Cookie.Length > 0 && CookieCredential.TryTake(headers.Cookie, carriers.Cookie, out var cookie, out var others))
        {
            credential ??= Credential.Of(CredentialCarrier.Cookie, cookie);
            if (!forward)
            {
                headers.Cookie = others;
            }
        }

        if (credential is not null)
        {
            context.Features.Set(credential);
        }
    }

    private static void SetQuery(HttpContext context, QueryString query)
    {
        context.Request.QueryString = query;
        if (context.Features.Get<IHttpRequestFeature>() is { } request && request.RawTarget.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark)
        {
            request.RawTarget = string.Concat(request.RawTarget.AsSpan(0, mark), query.Value);
        }
    }
}
