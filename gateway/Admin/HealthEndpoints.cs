using SseGateway.Streams.Life;
using Yarp.ReverseProxy;

namespace SseGateway.Admin;

/// <summary>What a supervisor and a load balancer ask for: <c>/healthz/live</c> and <c>/healthz/ready</c>.</summary>
internal sealed class HealthEndpoints(StreamRegistry streams, IProxyStateLookup proxy)
{
    // Load balancers and monitors ask with either.
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/healthz/live", Methods, () => Results.Text("live\n"));
        endpoints.MapMethods("/healthz/ready", Methods, () => Ready
            ? Results.Text("ready\n")
            : Results.Text("not ready\n", statusCode: StatusCodes.Status503ServiceUnavailable));
    }

    // While at least one upstream can be chosen: with several clusters, one that is down must not take the gateway out of a load
    // balancer's rotation for all the others.
    private bool Ready => !streams.Draining && proxy.GetClusters().Any(cluster => cluster.DestinationsState.AvailableDestinations.Count > 0);
}
