namespace SseGateway.Harness.Checks;

/// <summary>
/// Packets between the target and its clients are dropped for a while, all of them both ways if possible, or some at random; nothing else runs meanwhile.
/// </summary>
/// <param name="Drop">Command line after which they are, e.g. a rule of a packet filter for the target's port, in a network namespace of the test's
/// own.</param>
/// <param name="Undo">Command line that ends it.</param>
/// <param name="Seconds">For how long.</param>
internal sealed record SilentNetwork(string Drop, string Undo, double Seconds = 40);
