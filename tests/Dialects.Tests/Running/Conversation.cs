namespace Dialects.Tests.Running;

/// <summary>What one application has to go by.</summary>
/// <param name="Address">The service's, behind the gateway.</param>
/// <param name="Token">Its credential.</param>
/// <param name="Seen">Where it writes down what it sees.</param>
/// <param name="MayRetry">False where its SDK would only ask again what is refused again.</param>
internal sealed record Conversation(string Address, string Token, Seen Seen, bool MayRetry);
