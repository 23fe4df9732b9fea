namespace SseGateway.Harness.Results;

/// <summary>One case that was run, or not, as it stands in reports.</summary>
internal sealed record CaseResult
{
    public required string Id { get; init; }

    /// <summary>Delivery and transport, e.g. <c>d1,h2</c>; null for the default.</summary>
    public string? Profile { get; init; }

    public required Verdict Verdict { get; init; }

    public Ending Ending { get; init; }

    public bool? EndingRight { get; init; }

    public Timing? Timing { get; init; }

    /// <summary>In one line; the catalogue's text where the case says nothing more exact.</summary>
    public required string Expected { get; init; }

    /// <summary>In one line; for skipped ones the reason.</summary>
    public required string Actual { get; init; }

    /// <summary>The command that runs this case again, alone.</summary>
    public required string Again { get; init; }

    /// <summary>Why this failure is known, from the known-failures file; null when it is not.</summary>
    public string? Known { get; init; }

    public double Seconds { get; init; }

    public IReadOnlyList<WireLog> Wire { get; init; } = [];
}
