namespace ChatBackend.Rooms;

/// <summary>The data of a <c>presence</c> event.</summary>
/// <param name="Joined">Who came since the last event; empty in the one that a stream starts with.</param>
/// <param name="Left">Who left since the last event.</param>
/// <param name="Here">Who is here now, in the order of coming; at most <see cref="Presence.ListedPeople"/>.</param>
/// <param name="Count">How many are here, listed or not.</param>
/// <param name="Streams">How many streams this service has of the room: behind a gateway that shares, one, however many are here.</param>
internal sealed record PresenceChange(
    IReadOnlyCollection<string> Joined, IReadOnlyCollection<string> Left, IReadOnlyList<string> Here, int Count, int Streams = 0);
