namespace LoadTests.Scenarios.Drain;

/// <summary>How a gateway went down. Times count from the moment it was told.</summary>
internal sealed record DrainOutcome
{
    /// <summary>When it said that it is not ready; null when it never did.</summary>
    public required TimeSpan? Unready { get; init; }

    /// <summary>Clients that had come back by then.</summary>
    public required int ReturnedBefore { get; init; }

    /// <summary>True when it refused a new stream in-band.</summary>
    public required bool Refused { get; init; }

    public required int WholePosts { get; init; }

    /// <summary>When the last POST stream had ended.</summary>
    public required TimeSpan PostsEnded { get; init; }

    /// <summary>Null when it did not exit.</summary>
    public required int? ExitCode { get; init; }

    public required TimeSpan Exited { get; init; }
}
