using SseGateway.Streams;
using Yarp.ReverseProxy;

namespace SseGateway.Hosting;

/// <summary>The two health endpoints for whoever runs the gateway.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz/live", () => Results.Text("live\n"));

        // Ready while at least one upstream can be chosen: with several clusters, one that is down must not take the gateway
        // out of a load balancer's rotation for all the others.
        endpoints.MapGet("/healthz/ready", (IProxyStateLookup proxy, StreamRegistry streams) =>
            !streams.Draining && proxy.GetClusters().Any(cluster => cluster.DestinationsState.AvailableDestinations.Count > 0)
                ? Results.Text("ready\n")
                : Results.Text("not ready\n", statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
