namespace SseGateway.Harness.Results;

/// <summary>What came of a case (catalogue, section 0.3), from the best to the worst where that can be said.</summary>
internal enum Verdict
{
    /// <summary>What the clause asks.</summary>
    Ok,

    /// <summary>Nothing is right or wrong; the observed value is the result.</summary>
    Informational,

    /// <summary>Allowed by the text or by common practice, but not the best behaviour.</summary>
    NonStrict,

    /// <summary>Failed only beside others, or only the first time: when it was asked once more, alone, it passed.</summary>
    BesideOthers,

    /// <summary>Not run, for the reason given.</summary>
    Skipped,

    /// <summary>Breaks a must, or a should in a harmful way.</summary>
    Failed,

    /// <summary>The harness or the set-up failed; says nothing about the target.</summary>
    Error,
}
