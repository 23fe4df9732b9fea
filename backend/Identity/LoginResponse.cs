namespace ChatBackend.Identity;

/// <summary>The answer to a sign-in.</summary>
/// <param name="Token">The signed token.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="ExpiresIn">The same in seconds from now: the client's clock may be wrong by hours.</param>
/// <param name="Subject">The name it is for.</param>
internal sealed record LoginResponse(string Token, DateTimeOffset ExpiresAt, long ExpiresIn, string Subject);
