using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Hosting;

/// <summary>
/// A balancer that has ended TLS may pass on the scheme of its client's request in HTTP/2, which Kestrel takes for an error of the stream (RFC 9113 section
/// 8.3.1). It is let pass, and not believed: a request is of the scheme by which its connection came, as with HTTP/1.1.
/// </summary>
/// <remarks>For a process that is the gateway's own.</remarks>
internal static class BalancersScheme
{
    public static void Allow(WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel => kestrel.AllowAlternateSchemes = true);

    /// <summary>To be the first step of a request.</summary>
    public static void UseItsOwn(WebApplication app) => app.Use((context, next) =>
    {
        context.Request.Scheme = context.Features.Get<ITlsConnectionFeature>() is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        return next(context);
    });
}
