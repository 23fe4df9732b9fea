namespace SseGateway.Harness.Catalogue;

/// <summary>A place in a specification.</summary>
/// <param name="Text">As the clause names it, e.g. <c>§9.2.6</c>.</param>
/// <param name="Url">Where it can be read.</param>
internal sealed record ClauseLink(string Text, string Url);
