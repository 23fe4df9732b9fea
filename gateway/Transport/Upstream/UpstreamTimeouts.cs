using SseGateway.Configuration.Settings;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// Keeps YARP's activity timeout out of the way of <see cref="HeadDeadline"/>, which is the gateway's own: for clusters that set none it
/// is YARP's default, or the longest head timeout where that is longer. It then only ends ordinary bodies that have come to a standstill;
/// event streams are out of its reach once their head is here.
/// </summary>
internal sealed class UpstreamTimeouts(CurrentSettings settings) : IProxyConfigFilter
{
    // ForwarderRequestConfig's default.
    private static readonly TimeSpan YarpDefault = TimeSpan.FromSeconds(100);

    /// <summary>So that of two timers for the same moment the gateway's own comes first.</summary>
    public static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    private const string Default = "SseGateway:ActivityTimeout";

    /// <summary>True when the cluster's configuration has no activity timeout of its own.</summary>
    public static bool AreDefault(ClusterConfig cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.Metadata?.ContainsKey(Default) ?? false;
    }

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) =>
        new(cluster.HttpRequest?.ActivityTimeout is not null
            ? cluster
            : cluster with
            {
                HttpRequest = (cluster.HttpRequest ?? new ForwarderRequestConfig()) with { ActivityTimeout = Activity() },
                Metadata = new Dictionary<string, string>(cluster.Metadata ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase)
                {
                    [Default] = "",
                },
            });

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);

    private TimeSpan Activity() => settings.Value.All.LongestHead + Later is var longest && longest > YarpDefault ? longest : YarpDefault;
}
