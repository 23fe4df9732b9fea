namespace SseGateway.Harness.Reading;

/// <summary>An event as a conforming reader reports it.</summary>
/// <param name="Type"><c>message</c> where the stream names none.</param>
/// <param name="Data">Lines joined by LF.</param>
/// <param name="Id">The last event id at its dispatch; empty without any.</param>
internal sealed record SseEvent(string Type, string Data, string Id);
