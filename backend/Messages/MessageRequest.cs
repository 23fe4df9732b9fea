namespace ChatBackend.Messages;

internal sealed record MessageRequest(string? Text, string? ClientId);
