namespace SseGateway.Harness.Probe.Reading;

/// <summary>An event as a browser's page would get it.</summary>
/// <param name="Type"><c>message</c> where the stream gives none.</param>
/// <param name="Data">Cut off after what <see cref="EventStreamReader"/> keeps.</param>
/// <param name="LastEventId">Empty where no id is set.</param>
internal sealed record ReadEvent(string Type, string Data, string LastEventId);
