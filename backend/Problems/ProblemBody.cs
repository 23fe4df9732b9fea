namespace ChatBackend.Problems;

/// <summary>The members of RFC 9457 section 3.1 that are used here.</summary>
internal sealed record ProblemBody(string Type, string Title, int Status, string? Detail);
