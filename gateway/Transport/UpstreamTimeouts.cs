using SseGateway.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Transport;

/// <summary>
/// Gives clusters that set no ActivityTimeout of their own the gateway's head timeout. YARP restarts that clock with every byte of a
/// request or response body, so an upload may last as long as it likes; event streams are out of its reach once their head is here.
/// </summary>
internal sealed class UpstreamTimeouts(GatewaySettings settings) : IProxyConfigFilter
{
    // A cluster may serve several routes: the most patient one decides, and HeadDeadline keeps the others' shorter limits.
    private readonly TimeSpan _head = settings.Routes.Values.Append(settings.Defaults).Max(route => route.Timeouts.Head);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) =>
        new(cluster.HttpRequest?.ActivityTimeout is not null
            ? cluster
            : cluster with { HttpRequest = (cluster.HttpRequest ?? new ForwarderRequestConfig()) with { ActivityTimeout = _head } });

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
