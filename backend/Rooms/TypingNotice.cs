namespace ChatBackend.Rooms;

/// <summary>The data of a <c>typing</c> event.</summary>
internal sealed record TypingNotice(string Name);
