using Yarp.ReverseProxy.Configuration;

namespace SseGateway.Transport;

/// <summary>Defaults for clusters that set none of their own.</summary>
internal sealed class UpstreamTimeouts : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster);

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
