namespace SseGateway.Streams.Endings;

/// <summary>Spreads clients that are told to wait.</summary>
internal static class Jitter
{
    /// <summary>
    /// One to two times the configured wait. A fixed one brings all refused clients back in the same moment, and a shorter
    /// one is not what the operator asked for.
    /// </summary>
    public static TimeSpan Of(TimeSpan wait) => wait * (1 + Random.Shared.NextDouble());
}
