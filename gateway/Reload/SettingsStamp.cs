using Yarp.ReverseProxy.Configuration;

namespace SseGateway.Reload;

/// <summary>
/// Marks every route with the number of the reload, so that YARP makes all endpoints anew, with the settings of that reload on them; it
/// would keep those whose own section has not changed.
/// </summary>
internal sealed class SettingsStamp : IProxyConfigFilter
{
    private const string Key = "SseGateway:Reload";

    private volatile int _reloads;

    public void Advance() => _reloads++;

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster);

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel)
    {
        if (_reloads == 0)
        {
            return new(route);
        }

        var metadata = new Dictionary<string, string>(route.Metadata ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase)
        {
            [Key] = _reloads.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        return new(route with { Metadata = metadata });
    }
}
