namespace SseGateway.Harness.Checks.Publisher;

/// <summary>A publisher or formatter under test.</summary>
/// <param name="Exec">
/// A command that reads JSON lines, <c>{"id": , "type": , "data": , "comment": , "retry": }</c> each with what is set, from its standard input, and
/// writes the stream to its standard output until the input ends. What it refuses it leaves out, or it ends with another code than 0.
/// </param>
internal sealed record PublisherSetup(string Exec);
