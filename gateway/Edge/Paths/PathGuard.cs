using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Transport.Http;

namespace SseGateway.Edge.Paths;

/// <summary>
/// Refuses a path that another server could read differently: what is matched here and what the upstream serves are then the same, and no
/// spelling goes round a login. Endpoints of an application that hosts the gateway are its own affair.
/// </summary>
internal sealed class PathGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<RouteFeature>() is { Proxied: true } route
            && PathReading.Find(
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, route.Settings.AllowInPath) is not PathSpelling.None and var found
            ? Results.Problem(
                title: "The path can be read in more than one way", detail: Describe(found), statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context)
            : next(context);

    private static string Describe(PathSpelling spelling) => spelling switch
    {
        PathSpelling.EncodedSlash => "It has an encoded slash.",
        PathSpelling.EmptySegment => "It has an empty segment.",
        PathSpelling.DoubleEncoding => "It is encoded twice.",
        PathSpelling.Backslash => "It has a backslash.",
        PathSpelling.DotSegment => "It has a dot segment that is not seen as one by everybody.",
        PathSpelling.Nul => "It has a NUL.",
        PathSpelling.OverlongUtf8 => "It has bytes that are overlong UTF-8.",
        PathSpelling.ForeignEscape => "It is encoded with %u.",
        _ => "It has a fragment.",
    };
}
