namespace SseGateway.Harness.Checks;

/// <summary>An instance of the target that a case reloads and stops; nothing else runs against it.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Reload">Command line that has it read its configuration again; null when it cannot.</param>
/// <param name="Stop">Command line that begins its graceful stop; it may return before the end of it.</param>
/// <param name="Seconds">How long it gives streams to end.</param>
internal sealed record DrainedTarget(string Url, string? Reload, string? Stop, double Seconds = 10);
