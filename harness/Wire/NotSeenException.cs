namespace SseGateway.Harness.Wire;

/// <summary>What a case waited for did not happen: the target's failure, not the harness's.</summary>
internal sealed class NotSeenException(string message) : Exception(message);
