namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>A route whose streams live no longer than that.</summary>
/// <param name="Url">The route.</param>
/// <param name="Seconds">The longest life.</param>
internal sealed record LifeSetup(Uri Url, double Seconds = 5);
