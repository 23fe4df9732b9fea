namespace SseGateway.Harness.Results;

/// <summary>Something that happened on a connection.</summary>
/// <param name="Ms">Milliseconds since the case began.</param>
/// <param name="Direction"><c>&gt;</c> sent by the harness, <c>&lt;</c> received by it, <c>*</c> neither (connected, closed, note).</param>
/// <param name="Bytes">What was sent or received; long ones are cut in the middle.</param>
/// <param name="Note">For <c>*</c>, or how many bytes were cut out.</param>
internal sealed record WireEntry(double Ms, char Direction, byte[]? Bytes = null, string? Note = null);
