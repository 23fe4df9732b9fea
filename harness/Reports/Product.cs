using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>A product with the runs that were made with it: as little configured as it can be, and as it is best for event streams.</summary>
/// <param name="Name">Of both, e.g. <c>nginx</c>.</param>
/// <param name="Smallest">Null where there is none.</param>
/// <param name="Best">Null where there is none.</param>
internal sealed record Product(string Name, RunReport? Smallest, RunReport? Best)
{
    private const string SmallestMark = "-smallest";
    private const string BestMark = "-best";

    /// <summary>What the runs are runs of, by their names, in the order of the runs; a run without a mark is the best there is.</summary>
    public static IReadOnlyList<Product> Of(IReadOnlyList<RunReport> runs) =>
    [
        .. from run in runs
           group run by NameOf(run.Target) into some
           let smallest = some.LastOrDefault(run => run.Target.Contains(SmallestMark, StringComparison.Ordinal))
           select new Product(some.Key, smallest, some.LastOrDefault(run => run != smallest)),
    ];

    /// <summary>The lines of the best configuration that the smallest does not have, by name of file; all where there is no smallest.</summary>
    public IReadOnlyList<(string File, IReadOnlyList<string> Lines)> Settings()
    {
        var known = Lines(Smallest).SelectMany(file => file.Lines).Select(line => line.Trim()).ToHashSet();
        return [.. Lines(Best).Select(file => (file.File, (IReadOnlyList<string>)[.. file.Lines.Where(line => !known.Contains(line.Trim()))]))
            .Where(file => file.Item2.Count > 0)];
    }

    /// <summary>Cases that fail as little configured as it can be, and do not at its best.</summary>
    public IReadOnlyList<CaseResult> Healed() =>
        [.. Failing(Smallest).Where(failed => Best?.Results.Any(result => result.RunId() == failed.RunId() && Passes(result)) == true)];

    /// <summary>Cases that fail at its best too.</summary>
    public IReadOnlyList<CaseResult> Remaining() => Failing(Best ?? Smallest);

    private static string NameOf(string target) =>
        target.Replace(SmallestMark, "", StringComparison.Ordinal).Replace(BestMark, "", StringComparison.Ordinal);

    private static IReadOnlyList<CaseResult> Failing(RunReport? run) => [.. (run?.Results ?? []).Where(result => result.Verdict == Verdict.Failed)];

    private static bool Passes(CaseResult result) => result.Verdict is Verdict.Ok or Verdict.NonStrict or Verdict.Informational;

    private static IEnumerable<(string File, IReadOnlyList<string> Lines)> Lines(RunReport? run) =>
        (run?.Configuration ?? new Dictionary<string, string>()).Select(file => (file.Key, Significant(file.Value)));

    // Without what starts it, its headers for the harness, and blank lines.
    private static IReadOnlyList<string> Significant(string text) =>
        [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim() is { Length: > 0 } some
            && !some.StartsWith("#!", StringComparison.Ordinal) && !some.StartsWith("# needs:", StringComparison.Ordinal)
            && !some.StartsWith("# note:", StringComparison.Ordinal) && !some.StartsWith("exec ", StringComparison.Ordinal))];
}
