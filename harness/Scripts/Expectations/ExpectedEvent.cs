namespace SseGateway.Harness.Scripts.Expectations;

/// <summary>An event as it has to be reported.</summary>
/// <param name="Data">Text as it is, without escapes.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">The last event id at its dispatch.</param>
internal sealed record ExpectedEvent(string Data, string Type = "message", string Id = "");
