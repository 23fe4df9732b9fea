namespace LoadTests.Scenarios.Idle;

/// <param name="Streams">Streams that are open and silent.</param>
/// <param name="Measured">How long each figure is taken over.</param>
/// <param name="Http1">A connection for each stream on both sides of the gateway, instead of HTTP/2.</param>
internal sealed record IdleOptions(int Streams, TimeSpan Measured, bool Http1);
