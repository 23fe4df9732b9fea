namespace SseGateway.Transport.Upstream;

/// <summary>The upstream took the request and sent no response head in time.</summary>
internal sealed class HeadTimeoutException(TimeSpan limit, Exception inner)
    : Exception($"No response head within {limit.TotalSeconds} s.", inner);
