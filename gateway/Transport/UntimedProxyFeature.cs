using Yarp.ReverseProxy.Model;

namespace SseGateway.Transport;

/// <summary>What YARP found for a request, with another model of the cluster.</summary>
internal sealed class UntimedProxyFeature(IReverseProxyFeature found, ClusterModel cluster) : IReverseProxyFeature
{
    /// <summary>The activity timeout that the request was spared.</summary>
    public TimeSpan Spared { get; } = found.Cluster.Config.HttpRequest!.ActivityTimeout!.Value;

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
