using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;

namespace SseGateway.Edge.Tickets;

/// <summary>Which stream a request is for.</summary>
internal static class TicketStream
{
    /// <summary>
    /// Route, path and query as one text of a fixed size, so that a long URL is not kept for as long as its ticket. The target counts as
    /// it was written, which is how a browser repeats it.
    /// </summary>
    /// <param name="context">A request whose credentials have been taken out.</param>
    /// <param name="route">Its route.</param>
    public static string Of(HttpContext context, RouteFeature route)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{route.RouteId}\n{target}")));
    }
}
