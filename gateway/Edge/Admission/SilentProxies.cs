using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Settings;

namespace SseGateway.Edge.Admission;

/// <summary>
/// Warns of trusted proxies that do not say who their client is: then all of their clients are one, and one that sends the field itself is whoever it
/// likes, since a proxy that adds no field passes on the client's.
/// </summary>
internal sealed partial class SilentProxies(CurrentSettings settings, ILogger<SilentProxies> logger)
{
    // Of a network of thousands it is enough to name some.
    internal const int Most = 32;

    private readonly ConcurrentDictionary<IPAddress, bool> _told = new();

    /// <summary>Looks at a request. One line for each proxy, whatever it goes on to send.</summary>
    public void Look(IPAddress? peer, StringValues forwardedFor)
    {
        if (forwardedFor.Count == 0
            && peer is not null
            && _told.Count < Most
            && ClientAddress.IsTrusted(peer, settings.Value.TrustedProxies)
            && _told.TryAdd(peer, true))
        {
            Silent(peer);
        }
    }

    [LoggerMessage(2003, LogLevel.Warning, "The trusted proxy {Proxy} has sent a request without X-Forwarded-For: it counts as the client. Unless that was a"
        + " health check, have it append the field, or its clients choose their address (docs/in-front-of-your-service.md)")]
    private partial void Silent(IPAddress proxy);
}
