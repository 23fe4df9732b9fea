namespace SseGateway.Harness.Checks;

/// <summary>An instance of the target that cases reload and stop; nothing else runs against it.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Reload">Command line that has it read its configuration again; null when it cannot.</param>
/// <param name="Stop">Command line that begins its graceful stop; it may return before the end of it. Null is SIGTERM, where it was started by a case.</param>
/// <param name="Seconds">How long it gives streams to end.</param>
/// <param name="Start">
/// Command line that is the instance until it is stopped, started for each case; null when it is there already, and then only the first case that
/// stops it finds one, unless something starts it again.
/// </param>
internal sealed record DrainedTarget(string Url, string? Reload, string? Stop, double Seconds = 10, string? Start = null);
