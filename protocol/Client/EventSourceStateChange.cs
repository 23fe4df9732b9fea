namespace SseGateway.Protocol;

/// <summary>
/// A step in the life of an <see cref="EventSource"/>: <see cref="EventSourceState.Open"/> is the <c>open</c> event of a browser, the others its
/// <c>error</c> event (but none is fired there for the application's own close, here <see cref="EventSourceState.Closed"/> without a failure).
/// </summary>
/// <param name="State">The new state. <see cref="EventSourceState.Connecting"/> comes once for each failed attempt and each ended stream.</param>
/// <param name="Failure">What went wrong; null for <see cref="EventSourceState.Open"/> and when the application ended the stream itself.</param>
/// <param name="RetryIn">For <see cref="EventSourceState.Connecting"/>: how long until the next attempt. The wait has begun.</param>
public sealed record EventSourceStateChange(EventSourceState State, EventSourceException? Failure = null, TimeSpan? RetryIn = null);
