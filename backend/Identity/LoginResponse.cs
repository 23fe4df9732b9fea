namespace ChatBackend.Identity;

internal sealed record LoginResponse(string Token, DateTimeOffset ExpiresAt, string Subject);
