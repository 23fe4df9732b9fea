using Yarp.ReverseProxy.Model;

namespace SseGateway.Transport.Upstream;

/// <summary>What YARP found for a request, with another model of the cluster.</summary>
internal sealed class UntimedProxyFeature(IReverseProxyFeature found, ClusterModel cluster) : IReverseProxyFeature
{
    /// <summary>The activity timeout that the request was spared; null where it has only got a longer one.</summary>
    public TimeSpan? Spared { get; } =
        cluster.Config.HttpRequest!.ActivityTimeout == Timeout.InfiniteTimeSpan ? found.Cluster.Config.HttpRequest!.ActivityTimeout!.Value : null;

    public RouteModel Route => found.Route;

    public ClusterModel Cluster => cluster;

    public IReadOnlyList<DestinationState> AllDestinations => found.AllDestinations;

    public IReadOnlyList<DestinationState> AvailableDestinations
    {
        get => found.AvailableDestinations;
        set => found.AvailableDestinations = value;
    }

    public DestinationState? ProxiedDestination
    {
        get => found.ProxiedDestination;
        set => found.ProxiedDestination = value;
    }
}
