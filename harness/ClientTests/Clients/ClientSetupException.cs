namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>The client under test cannot be started or reached: the set-up's fault, not the client's.</summary>
internal sealed class ClientSetupException(string message) : Exception(message);
