using SseGateway.Fleet.Members;
using SseGateway.Fleet.Store;

namespace SseGateway.Admin;

/// <summary><c>GET /fleet</c>: the gateways that are alive, whether Redis is, and the shared streams of this one with who has their upstreams.</summary>
internal sealed class FleetEndpoint(IServiceProvider gateway)
{
    // As the list of streams: what an operator reads, and no answer without a bound.
    private const int MostStreams = 1000;

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/fleet", () =>
        gateway.GetService<FleetStore>() is { } store && gateway.GetService<FleetKeeper>() is { } keeper
            ? Results.Ok(Of(store, keeper))
            : Results.Problem(title: "This gateway is alone; --redis makes it one of a fleet", statusCode: StatusCodes.Status404NotFound));

    private static FleetView Of(FleetStore store, FleetKeeper keeper)
    {
        var status = store.Status;
        var members = keeper.Members.ToArray();
        return new FleetView(
            store.NodeName,
            new FleetStoreView(status.IsHere, (store.Now - status.Since).TotalSeconds, status.Reason),
            store.Nodes,
            members.Length,
            [.. members.Take(MostStreams).Select(member => FleetStreamView.Of(member, store))]);
    }
}
