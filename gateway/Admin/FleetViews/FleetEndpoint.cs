using SseGateway.Fleet.Answers;
using SseGateway.Fleet.Members;
using SseGateway.Fleet.Store;

namespace SseGateway.Admin.FleetViews;

/// <summary><c>GET /fleet</c>: the gateways that are alive, whether Redis is, and the shared streams and kept answers of
/// this one with who has their upstreams.</summary>
internal sealed class FleetEndpoint(IServiceProvider gateway)
{
    // As the list of streams: what an operator reads, and no answer without a bound.
    private const int Most = 1000;

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/fleet", () =>
        gateway.GetService<FleetStore>() is { } store && gateway.GetService<FleetKeeper>() is { } keeper && gateway.GetService<FleetAnswers>() is { } answers
            ? Results.Ok(Of(store, keeper, answers))
            : Results.Problem(title: "This gateway is alone; --redis makes it one of a fleet", statusCode: StatusCodes.Status404NotFound));

    private static FleetView Of(FleetStore store, FleetKeeper keeper, FleetAnswers answers)
    {
        var status = store.Status;
        var members = keeper.Members.ToArray();
        var (own, mirrors) = (answers.Own.ToArray(), answers.Mirrors.ToArray());
        return new FleetView(
            store.NodeName,
            new FleetStoreView(status.IsHere, (store.Now - status.Since).TotalSeconds, status.Reason),
            store.Nodes,
            members.Length,
            [.. members.Take(Most).Select(member => FleetStreamView.Of(member, store))],
            own.Length + mirrors.Length,
            [.. own.Select(one => AnswerView.Of(one, store)).Concat(mirrors.Select(one => AnswerView.Of(one, store))).Take(Most)]);
    }
}
