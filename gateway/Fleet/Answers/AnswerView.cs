using SseGateway.Fleet.Store;
using SseGateway.Keeping;

namespace SseGateway.Fleet.Answers;

/// <summary>A kept answer of a fleet's, as this gateway has it.</summary>
/// <param name="Id">The beginning of its id: who has all of it may read it.</param>
/// <param name="Route">The route.</param>
/// <param name="Node">The node that has, or had, its upstream; null when nobody is known to.</param>
/// <param name="Events">What is here of it.</param>
/// <param name="Over">True when nothing more comes.</param>
/// <param name="Read">True while somebody reads it here, or waits for it.</param>
/// <param name="Heard">True when it is this gateway's, and another one has heard of what was last written to Redis.</param>
/// <param name="Behind">True when it is this gateway's, and Redis lacks some of it since it is away.</param>
internal sealed record AnswerView(string Id, string Route, string? Node, long Events, bool Over, bool Read, bool Heard, bool Behind)
{
    public static AnswerView Of(AnswerPublication own, FleetStore store) =>
        Of(own.Answer, store.NodeName) with { Heard = own.IsHeard, Behind = own.IsBehind };

    public static AnswerView Of(AnswerMirror mirror, FleetStore store) =>
        Of(mirror.Answer, mirror.Node.Length > 0 ? store.NameOf(mirror.Node) : null);

    private static AnswerView Of(KeptAnswer answer, string? node) => new(
        AnswerId.Masked(answer.Id), answer.Owner.RouteId, node, answer.Log.Next, answer.IsOver, answer.HasUsers, Heard: false, Behind: false);
}
