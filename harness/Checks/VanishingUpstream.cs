namespace SseGateway.Harness.Checks;

/// <summary>Packets between the target and the origin are dropped for a while; nothing else runs meanwhile.</summary>
/// <param name="Drop">Command line after which they are, e.g. a rule of a packet filter for the origin's port.</param>
/// <param name="Undo">Command line that ends it.</param>
/// <param name="Seconds">After how long the target gives such a stream up, as it documents; at most 120.</param>
internal sealed record VanishingUpstream(string Drop, string Undo, double Seconds);
