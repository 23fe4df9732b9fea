using SseGateway.Fleet.Answers;
using SseGateway.Fleet.Store;

namespace SseGateway.Admin.FleetViews;

/// <summary>What a gateway knows of its fleet.</summary>
/// <param name="Node">This gateway's name.</param>
/// <param name="Redis">Whether the store answers.</param>
/// <param name="Nodes">The gateways that were alive a second ago, this one included; as of the last answer.</param>
/// <param name="Total">Shared streams of this gateway.</param>
/// <param name="Streams">The first of them.</param>
/// <param name="TotalAnswers">Kept answers of this gateway, and of others that are read here.</param>
/// <param name="Answers">The first of them.</param>
internal sealed record FleetView(
    string Node, FleetStoreView Redis, IReadOnlyList<FleetNode> Nodes, int Total, IReadOnlyList<FleetStreamView> Streams, int TotalAnswers,
    IReadOnlyList<AnswerView> Answers);
