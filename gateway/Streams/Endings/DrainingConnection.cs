using Microsoft.AspNetCore.Connections.Features;

namespace SseGateway.Streams.Endings;

/// <summary>
/// Lets a client's connection go when the gateway does: no further request on HTTP/1.1, GOAWAY on HTTP/2. A client that comes back over the
/// connection it has, or a load balancer that keeps one open, would come back to the gateway that sent it away.
/// </summary>
internal static class DrainingConnection
{
    private static readonly Mark LetGoOf = new();

    /// <summary>True when the connection is let go behind this request: the server then has the response say so.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<Mark>() is not null;

    /// <summary>What is under way on the connection goes on to its end.</summary>
    public static void LetGo(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Set(LetGoOf);
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    private sealed class Mark;
}
