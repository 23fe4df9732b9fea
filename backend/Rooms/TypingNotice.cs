namespace ChatBackend.Rooms;

/// <summary>The data of a <c>typing</c> event.</summary>
/// <param name="Name">Who is typing.</param>
/// <param name="At">When. A gateway that shares the stream replays it to those who come later.</param>
internal sealed record TypingNotice(string Name, DateTimeOffset At);
