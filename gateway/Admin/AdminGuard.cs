using System.Net;

namespace SseGateway.Admin;

/// <summary>
/// Keeps web pages away from the admin listener. It has no login, since it is for those who may reach its address; but a browser on the
/// same machine reaches it too, and takes the requests of any page there.
/// </summary>
internal sealed class AdminGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => IsFromAPage(context.Request) || IsRebound(context)
        ? Results.Problem(title: "The admin listener is not for web pages", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
        : next(context);

    // Fetch: an Origin goes with everything that changes something; Sec-Fetch-Site with everything else. "none" is the address bar.
    private static bool IsFromAPage(HttpRequest request) =>
        request.Headers.Origin.Count > 0 || (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "none");

    // DNS rebinding: a page's own name, resolved to the loopback address, is the page's own origin, and no header tells. On other addresses
    // any name may be right, such as that of a service in a cluster. A browser always says some name; HAProxy's health check, in HTTP/1.0,
    // says none.
    private static bool IsRebound(HttpContext context) =>
        context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && context.Request.Host.HasValue
        && context.Request.Host.Host is not "localhost"
        && !(IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host));
}
