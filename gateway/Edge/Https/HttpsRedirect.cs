using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Admission;

namespace SseGateway.Edge.Https;

/// <summary>
/// Sends a request that has come without TLS to the same place with it, by 308: its method and body stay (RFC 9110 section 15.4.9). Not what a trusted
/// proxy says it was asked for by TLS, and not the challenge of an authority that is about to issue the certificate (RFC 8555 section 8.3).
/// </summary>
internal sealed class HttpsRedirect(RequestDelegate next, CurrentSettings settings)
{
    private const string Challenges = "/.well-known/acme-challenge/";
    private const int UsualPort = 443;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (settings.Value.RedirectToHttps is not (> 0 and var port) || request.IsHttps || !request.Host.HasValue || IsBehindTls(context)
            || request.Path.StartsWithSegments(Challenges.TrimEnd('/'), StringComparison.Ordinal))
        {
            return next(context);
        }

        var host = port == UsualPort ? new HostString(request.Host.Host) : new HostString(request.Host.Host, port);
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"{Uri.UriSchemeHttps}://{host.ToUriComponent()}{Target(context)}";
        return Task.CompletedTask;
    }

    // As the client wrote it, unless it wrote a whole URL.
    private static string Target(HttpContext context) => context.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] and var target
        ? target : context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();

    private bool IsBehindTls(HttpContext context) => context.Request.Headers["X-Forwarded-Proto"] == Uri.UriSchemeHttps
        && ClientAddress.IsTrusted(context.Connection.RemoteIpAddress, settings.Value.TrustedProxies);
}
