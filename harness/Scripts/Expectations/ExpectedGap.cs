namespace SseGateway.Harness.Scripts.Expectations;

/// <summary>How long a client waits before it asks again, in milliseconds.</summary>
/// <param name="Least">Sooner is a failure.</param>
/// <param name="Most">Later does not fit.</param>
internal sealed record ExpectedGap(int Least, int Most);
