using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Cors;

namespace SseGateway.Edge.Cors;

/// <summary>
/// Cross-origin access (Fetch, "CORS protocol"). On routes with origins configured the gateway is its only owner: preflights are answered
/// here, every answer gets the gateway's headers, and the upstream's are removed. On other routes nothing is touched.
/// </summary>
/// <remarks>
/// Not ASP.NET Core's CORS middleware: that leaves the upstream's headers beside its own (two values fail in every browser), sets nothing
/// on answers after Response.Clear(), and omits Vary for a single origin. What is left of it would be the comparison of two strings.
/// </remarks>
internal sealed class CorsMiddleware(RequestDelegate next, BlockedPages blocked)
{
    private const string Prefix = "Access-Control-";

    // Header values joined once for each settings object, not for each answer.
    private readonly ConditionalWeakTable<CorsSettings, CorsHeaders> _headers = [];

    public Task InvokeAsync(HttpContext context)
    {
        var cors = context.Features.GetRequiredFeature<RouteFeature>().Settings.Cors;
        if (!cors.Owned)
        {
            return next(context);
        }

        var headers = _headers.GetValue(cors, static cors => new CorsHeaders(cors));
        if (IsPreflight(context.Request))
        {
            AnswerPreflight(context, cors, headers);
            blocked.NotePreflight(context, cors);
            return Task.CompletedTask;
        }

        // The callbacks run in reverse order, so this one comes after all those further in, and also after Response.Clear().
        var origin = AllowedOrigin(context.Request, cors);
        if (origin is null)
        {
            blocked.NoteRequest(context);
        }

        context.Response.OnStarting(() =>
        {
            Apply(context.Response.Headers, cors, headers, origin);
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>Fetch: "CORS-preflight request". An OPTIONS without these two headers is an ordinary request.</summary>
    internal static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>The value for Access-Control-Allow-Origin; null when the request has no origin, several, or one that is not allowed.</summary>
    private static string? AllowedOrigin(HttpRequest request, CorsSettings cors) =>
        cors.AnyOrigin ? "*" : request.Headers.Origin is [{ } origin] && cors.Allows(origin) ? origin : null;

    private static void AnswerPreflight(HttpContext context, CorsSettings cors, CorsHeaders values)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.Vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
        if (AllowedOrigin(context.Request, cors) is { } origin)
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowMethods = values.Methods;
            headers.AccessControlAllowHeaders = values.HeadersFor(context.Request.Headers.AccessControlRequestHeaders);
            headers.AccessControlMaxAge = values.MaxAge;
            if (cors.AllowCredentials)
            {
                headers.AccessControlAllowCredentials = "true";
            }
        }
    }

    private static void Apply(IHeaderDictionary headers, CorsSettings cors, CorsHeaders values, string? origin)
    {
        var upstreams = headers.AccessControlExposeHeaders;
        foreach (var name in headers.Keys.Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            headers.Remove(name);
        }

        AddVaryOrigin(headers);
        if (origin is not null)
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = values.ExposeWith(upstreams);
            if (cors.AllowCredentials)
            {
                headers.AccessControlAllowCredentials = "true";
            }
        }
    }

    // On every answer, with or without an Origin in the request: a cache must not give one site's answer to another.
    private static void AddVaryOrigin(IHeaderDictionary headers)
    {
        foreach (var line in headers.Vary)
        {
            foreach (var name in (line ?? "").Split(','))
            {
                if (name.Trim() is "*" || name.Trim().Equals("Origin", StringComparison.OrdinalIgnoreCase))
                {
                    return;
                }
            }
        }

        headers.Vary = StringValues.Concat(headers.Vary, "Origin");
    }
}
