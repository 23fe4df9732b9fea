using SseGateway.Fleet.Members;
using SseGateway.Fleet.Store;

namespace SseGateway.Admin.FleetViews;

/// <summary>A shared stream of a fleet's, as this gateway has it.</summary>
/// <param name="Route">The route.</param>
/// <param name="Path">The path as the clients wrote it, or the route's template.</param>
/// <param name="Leader">The node that has the upstream; null when nobody is known to.</param>
/// <param name="Leads">True when it is this one.</param>
/// <param name="Local">True while this one has an upstream for itself, since Redis is away.</param>
/// <param name="Clients">Its clients here.</param>
/// <param name="Last">The newest entry here, generation and number; null before the first.</param>
/// <param name="Lag">Entries that are known to be in Redis and are not here yet.</param>
internal sealed record FleetStreamView(string Route, string Path, string? Leader, bool Leads, bool Local, int Clients, string? Last, long Lag)
{
    public static FleetStreamView Of(StreamMember member, FleetStore store) => new(
        member.RouteId, member.Path, member.Leader.Length > 0 ? store.NameOf(member.Leader) : null, member.IsLeading, member.IsLocal,
        member.Clients, member.Top.Generation == 0 ? null : member.Top.ToString(), member.Lag);
}
