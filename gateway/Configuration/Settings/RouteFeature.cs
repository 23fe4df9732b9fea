namespace SseGateway.Configuration.Settings;

/// <summary>Request feature: the route that was matched and what holds on it.</summary>
/// <param name="RouteId">YARP's route id; null when the request matched no route of the gateway.</param>
/// <param name="Settings">The route's settings, or the defaults; nothing at all on endpoints of the application that hosts the gateway.</param>
internal sealed record RouteFeature(string? RouteId, RouteSettings Settings)
{
    /// <summary>True when the request will be forwarded: only then is there something to protect.</summary>
    public bool Proxied => RouteId is not null;
}
