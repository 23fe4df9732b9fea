namespace SseGateway.Harness.Results;

/// <summary>What a check says of the target.</summary>
/// <param name="Verdict">Of its behaviour.</param>
/// <param name="Actual">What was observed, in one line; for <see cref="Verdict.Skipped"/> the reason.</param>
internal sealed record Outcome(Verdict Verdict, string Actual)
{
    public Ending Ending { get; init; }

    /// <summary>Whether the ending is one the row allows; null where it is not judged.</summary>
    public bool? EndingRight { get; init; }

    public Timing? Timing { get; init; }

    public static Outcome Ok(string actual = "as expected") => new(Verdict.Ok, actual);

    public static Outcome NonStrict(string actual) => new(Verdict.NonStrict, actual);

    public static Outcome Failed(string actual) => new(Verdict.Failed, actual);

    public static Outcome Error(string what) => new(Verdict.Error, what);

    public static Outcome Informational(string actual) => new(Verdict.Informational, actual);

    public static Outcome Skipped(string reason) => new(Verdict.Skipped, reason);

    /// <summary>The worst of several parts of a case, each named; the names are told where parts differ from OK.</summary>
    public static Outcome Worst(IReadOnlyList<(string Name, Outcome Outcome)> parts)
    {
        var worst = parts.MaxBy(part => part.Outcome.Verdict).Outcome;
        if (worst.Verdict == Verdict.Ok)
        {
            return worst with { Actual = parts.Count == 1 ? worst.Actual : $"{parts.Count} parts as expected" };
        }

        var told = parts.Where(part => part.Outcome.Verdict == worst.Verdict).ToArray();
        return worst with { Actual = string.Join("; ", told.Select(part => $"{part.Name}: {part.Outcome.Actual}")) };
    }
}
