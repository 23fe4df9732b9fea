namespace LoadTests.Report;

/// <summary>Something worth a line of its own, e.g. memory of a stream.</summary>
internal sealed record Figure(string Name, string Value);
