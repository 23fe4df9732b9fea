namespace ChatBackend.Messages;

/// <summary>A stored message. <paramref name="Id"/> grows over all rooms and is never given twice, also not after a restart.</summary>
internal sealed record ChatMessage(long Id, string Room, string Author, string Text, DateTimeOffset At, string? ClientId);
