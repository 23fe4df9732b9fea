namespace SseGateway.Harness.Serve;

/// <summary>What begins a run at the control port.</summary>
/// <param name="Case">Its id.</param>
/// <param name="Variant">The name of one of the case's runs; null is the first.</param>
/// <param name="Profile">Delivery and transport.</param>
/// <param name="Lockstep">Whether the server waits for reports before it goes on.</param>
internal sealed record RunRequest(string Case, string? Variant = null, string? Profile = null, bool Lockstep = false);
