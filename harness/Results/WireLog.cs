namespace SseGateway.Harness.Results;

/// <summary>What went over one connection of a case.</summary>
/// <param name="Side"><c>client</c> for a connection of the checker's to the target, <c>origin</c> for one from the target to the stream server.</param>
/// <param name="Name">Tells the connections of a side apart, e.g. <c>2</c>.</param>
/// <param name="Entries">In the order of time.</param>
internal sealed record WireLog(string Side, string Name, IReadOnlyList<WireEntry> Entries);
