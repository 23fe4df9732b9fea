using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Limits;

/// <summary>Who asks for a stream, and the limits that hold for them.</summary>
/// <param name="RouteId">The route.</param>
/// <param name="Limits">The route's limits.</param>
/// <param name="Address">The client's address.</param>
/// <param name="Subject">The authenticated subject; null when there is none.</param>
/// <param name="Mode">Where the stream's frames would come from.</param>
/// <param name="Place">A stream's or a call's.</param>
/// <param name="Target">What is asked for (<see cref="StreamTarget"/>); null where that does not matter.</param>
/// <param name="McpMethod">One of <see cref="McpMethods"/>; null where none is counted.</param>
internal sealed record StreamApplicant(
    string RouteId, LimitSettings Limits, AddressKey Address, string? Subject, StreamMode Mode = StreamMode.Relay, Place Place = Place.Stream,
    UInt128? Target = null, string? McpMethod = null);
