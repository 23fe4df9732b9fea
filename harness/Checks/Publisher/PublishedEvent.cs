namespace SseGateway.Harness.Checks.Publisher;

/// <summary>An event as it is given to a publisher. Null is not given.</summary>
internal sealed record PublishedEvent(string? Type, string? Id, string Data);
