namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>A route on which streams are opened no faster than that.</summary>
/// <param name="Url">The route.</param>
/// <param name="PerSecond">How fast.</param>
internal sealed record RateSetup(Uri Url, int PerSecond = 10);
