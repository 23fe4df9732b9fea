namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>A route that takes no longer events than that.</summary>
/// <param name="Url">The route.</param>
/// <param name="Bytes">The longest event.</param>
internal sealed record EventSizeSetup(Uri Url, int Bytes = 64 * 1024);
