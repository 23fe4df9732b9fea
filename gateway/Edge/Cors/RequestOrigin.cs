using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Cors;
using SseGateway.Configuration.Syntax;
using SseGateway.Edge.Admission;

namespace SseGateway.Edge.Cors;

/// <summary>Which page a request comes from.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// True when a cookie in this request may count: its Origin is the gateway's own, or one that may use cookies here; or it has none, and the browser
    /// does not say that another site's page had it sent. It sends an Origin with everything a page could read or change something with; without one, an
    /// image, a script or a link opens a stream as the user all the same, for which another of theirs may have to end.
    /// </summary>
    public static bool MayUseCookie(HttpContext context, GatewaySettings gateway, CorsSettings cors)
    {
        var request = context.Request;
        if (request.Headers.Origin.Count == 0)
        {
            // Fetch Metadata, 2.3: of the user's own doing is "none". A sibling of the same site is another origin too. What is no browser, or an old one, says
            // nothing.
            return request.Headers["Sec-Fetch-Site"] is [] or ["same-origin" or "none"];
        }

        if (request.Headers.Origin is not [{ Length: > 0 } origin])
        {
            return false;
        }

        return (cors is { AllowCredentials: true, AnyOrigin: false } && cors.Allows(origin)) || IsOwn(context, gateway, origin);
    }

    private static bool IsOwn(HttpContext context, GatewaySettings gateway, string origin)
    {
        var request = context.Request;

        // Set by the browser itself, out of reach of any script (Fetch Metadata); right also where TLS ends in front of us.
        if (request.Headers["Sec-Fetch-Site"] is ["same-origin"])
        {
            return true;
        }

        var scheme = ClientAddress.IsTrusted(context.Connection.RemoteIpAddress, gateway.TrustedProxies)
            && request.Headers["X-Forwarded-Proto"] is [("http" or "https") and var forwarded]
            ? forwarded
            : request.Scheme;
        return request.Host.HasValue
            && OriginSyntax.TryNormalize($"{scheme}://{request.Host.Value}", out var own, out _)
            && string.Equals(own, origin, StringComparison.Ordinal);
    }
}
