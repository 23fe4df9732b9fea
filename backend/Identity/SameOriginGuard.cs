using ChatBackend.Configuration;
using ChatBackend.Problems;

namespace ChatBackend.Identity;

/// <summary>
/// Refuses requests that change something and that another site's page made the browser send with this site's cookie (cross-site request forgery).
/// SameSite=Strict alone does not do it: every port of a host, and every subdomain, is the same site.
/// </summary>
internal sealed class SameOriginGuard(RequestDelegate next, ChatOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || IsAllowed(request))
            return next(context);
        return Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "A page of another origin may not do this.");
    }

    private bool IsAllowed(HttpRequest request)
    {
        // A header that scripts must set themselves is no ambient credential; another origin's script cannot set it without a preflight.
        if (request.Headers.Authorization.Count > 0)
            return true;

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            return true;

        // Sec-Fetch-Site is the browser's own word and is right behind any proxy; it is missing on plain http other than loopback.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";
        if (origin.Length > 0)
            return IsOwn(origin, request);

        // Neither header: not a browser of today. With a cookie it may still be an old one.
        return !request.Cookies.ContainsKey(ChatTokens.CookieName);
    }

    /// <summary>The scheme is not compared: behind a gateway that ends TLS this service sees http.</summary>
    private static bool IsOwn(string origin, HttpRequest request)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri))
            return false;
        // X-Forwarded-Host can be believed here: a foreign page cannot set it without a preflight, which this service never grants.
        var forwarded = request.Headers["X-Forwarded-Host"].ToString();
        return Same(request.Host.Value) || (forwarded.Length > 0 && Same(forwarded));

        bool Same(string? host) => string.Equals(host, uri.Authority, StringComparison.OrdinalIgnoreCase);
    }
}
