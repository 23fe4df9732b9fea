namespace ChatBackend.Identity;

internal sealed record LoginRequest(string? Name);
