namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>The target's process on this machine.</summary>
/// <param name="PidFile">A file with its number: the process of <see cref="LimitSetup.Url"/>.</param>
/// <param name="UnlimitedPidFile">The same of <see cref="LimitSetup.UnlimitedUrl"/>.</param>
internal sealed record ProcessSetup(string PidFile, string? UnlimitedPidFile = null);
