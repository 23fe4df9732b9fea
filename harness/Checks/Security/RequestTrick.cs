namespace SseGateway.Harness.Checks.Security;

/// <summary>A request that can be read in more than one way.</summary>
/// <param name="Name">In the report.</param>
/// <param name="Fields">Field lines after Host.</param>
/// <param name="Body">What follows the head, one character a byte.</param>
/// <param name="Safe">Bodies by the readings that are allowed; empty where only a refusal is.</param>
/// <param name="Tolerated">Whether even those are not the best, which is a refusal.</param>
internal sealed record RequestTrick(string Name, string[] Fields, string Body, string[] Safe, bool Tolerated = false);
