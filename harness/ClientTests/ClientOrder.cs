using SseGateway.Harness.Scripts;

namespace SseGateway.Harness.ClientTests;

/// <summary>What a client under test is to do.</summary>
/// <param name="Run">Names the run among others of the same client.</param>
/// <param name="Url">To open.</param>
/// <param name="App">What the application does.</param>
/// <param name="Types">The event types that may come, for APIs that listen by name.</param>
internal sealed record ClientOrder(string Run, string Url, AppActions App, IReadOnlyList<string> Types);
