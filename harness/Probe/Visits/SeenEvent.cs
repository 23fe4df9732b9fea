using SseGateway.Harness.Reading;

namespace SseGateway.Harness.Probe.Visits;

/// <summary>An event and when its last byte was there.</summary>
/// <param name="Ms">Since the request began.</param>
/// <param name="Event">As read.</param>
/// <param name="Write">Number of the read it was complete with: events of one write of the server's often share it.</param>
internal sealed record SeenEvent(double Ms, SseEvent Event, int Write);
