namespace SseGateway.Protocol;

/// <summary>One event of a stream, as dispatched by the HTML Standard, 9.2.6.</summary>
/// <param name="Type">The event type; <c>message</c> when the stream names none.</param>
/// <param name="Data">The data, its lines joined by LF. Malformed UTF-8 is replaced by U+FFFD.</param>
/// <param name="LastEventId">The last event id of the source at this event: set by it or by an earlier one; empty for none.</param>
public sealed record ServerSentEvent(string Type, string Data, string LastEventId);
