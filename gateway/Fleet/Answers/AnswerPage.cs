namespace SseGateway.Fleet.Answers;

/// <summary>What the store has of a kept answer from a place on, all of one moment.</summary>
/// <param name="Node">The gateway that has its upstream.</param>
/// <param name="Begun">See <see cref="AnswerMeta"/>; null before the upstream has answered.</param>
/// <param name="End">See <see cref="AnswerMeta"/>; null as long as it goes on.</param>
/// <param name="Pieces">Its frames.</param>
/// <param name="IsFull">True when more may follow.</param>
internal sealed record AnswerPage(string Node, byte[]? Begun, byte[]? End, IReadOnlyList<AnswerPiece> Pieces, bool IsFull);
