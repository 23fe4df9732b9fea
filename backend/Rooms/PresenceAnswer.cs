namespace ChatBackend.Rooms;

/// <summary>The answer to a page that says it is in a room.</summary>
/// <param name="Here">Who is here now, in the order of coming; at most <see cref="Presence.ListedPeople"/>.</param>
/// <param name="Count">How many are here, listed or not.</param>
/// <param name="Streams">How many streams this service has of the room.</param>
/// <param name="AgainMs">When the page should say so again, in milliseconds; null when it need not, because its stream says it.</param>
internal sealed record PresenceAnswer(IReadOnlyList<string> Here, int Count, int Streams, int? AgainMs);
