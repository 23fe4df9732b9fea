namespace SseGateway.Keeping;

/// <summary>What the newest answer of a chat is found by.</summary>
/// <param name="RouteId">The route.</param>
/// <param name="Subject">Whose it is; null where nobody says who they are.</param>
/// <param name="Chat">As the application calls it.</param>
internal readonly record struct ChatName(string RouteId, string? Subject, string Chat);
