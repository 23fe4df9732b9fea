using System.Net;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Syntax;

namespace SseGateway.Admin;

/// <summary>
/// Keeps web pages away from the admin listener. It has no login, since it is for those who may reach its address; but a browser on such a machine
/// reaches it too, and takes the requests of any page there.
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

    // Fetch: an Origin goes with everything that changes something; Sec-Fetch-Site with everything else. "none" is the address bar.
    private static bool IsFromAPage(HttpRequest request) =>
        request.Headers.Origin.Count > 0 || (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "none");

    // DNS rebinding: a page's own name, resolved to this address, is the page's own origin, and no header tells. An address is nobody's name, and whose
    // name is no name of this listener's is not told anything. A browser always says some name; HAProxy's health check, in HTTP/1.0, says none.
    private bool IsByAnUnknownName(HttpRequest request) =>
        request.Host.HasValue
        && !IPAddress.TryParse(request.Host.Host, out _)
        && HostNameSyntax.Normal(request.Host.Host) is var name
        && name != "localhost"
        && !settings.Hosts.Contains(name);
}
