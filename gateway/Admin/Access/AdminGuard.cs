using System.Net;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Syntax;

namespace SseGateway.Admin.Access;

/// <summary>
/// Keeps web pages but its own away from the admin listener: a browser on a machine that may reach its address takes the requests of any page there.
/// </summary>
internal sealed class AdminGuard(RequestDelegate next, AdminSettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        var title = IsFromAPage(context.Request) ? "The admin listener is not for web pages"
            : IsByAnUnknownName(context.Request) ? "The admin listener does not go by this name; SseGateway:Admin:Hosts lists those that it goes by"
            : null;
        return title is null ? next(context) : Results.Problem(title: title, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    }

    // Fetch: an Origin goes with everything that changes something; Sec-Fetch-Site with everything else. "none" is the address bar. What the page of
    // another name or port of this machine sends is same-site, or has that as its origin.
    private static bool IsFromAPage(HttpRequest request) =>
        (request.Headers.Origin is { Count: > 0 } origin && origin != $"{request.Scheme}://{request.Host.Value}")
        || (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "none" && site != "same-origin");

    // DNS rebinding: a page's own name, resolved to this address, is the page's own origin, and no header tells. An address is nobody's name, and whose
    // name is no name of this listener's is not told anything. A browser always says some name; HAProxy's health check, in HTTP/1.0, says none.
    private bool IsByAnUnknownName(HttpRequest request) =>
        request.Host.HasValue
        && !IPAddress.TryParse(request.Host.Host, out _)
        && HostNameSyntax.Normal(request.Host.Host) is var name
        && name != "localhost"
        && !settings.Hosts.Contains(name);
}
