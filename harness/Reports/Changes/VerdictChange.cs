using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports.Changes;

/// <summary>A case with another verdict than before.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="RunId">The case, with its profile.</param>
/// <param name="Old">As it was; null when it was not in the older report.</param>
/// <param name="New">As it is; null when it is not in the newer one.</param>
internal sealed record VerdictChange(string Target, string RunId, CaseResult? Old, CaseResult? New)
{
    public ChangeKind Kind => (Rank(Old), Rank(New)) switch
    {
        ({ } old, { } @new) when old != @new => @new > old ? ChangeKind.Worse : ChangeKind.Better,
        _ => ChangeKind.Other,
    };

    /// <summary>What differs between two files of runs, by target and case; of a target that is in a file twice, the later run counts.</summary>
    public static IReadOnlyList<VerdictChange> Between(IReadOnlyList<RunReport> older, IReadOnlyList<RunReport> newer)
    {
        var (before, after) = (Index(older), Index(newer));
        return before.Keys.Union(after.Keys)
            .Select(key => new VerdictChange(key.Target, key.RunId, before.GetValueOrDefault(key), after.GetValueOrDefault(key)))
            .Where(change => change.Old?.Verdict != change.New?.Verdict)
            .ToArray();
    }

    private static Dictionary<(string Target, string RunId), CaseResult> Index(IReadOnlyList<RunReport> runs)
    {
        var index = new Dictionary<(string, string), CaseResult>();
        foreach (var run in runs.OrderBy(run => run.Started))
        {
            foreach (var result in run.Results)
            {
                index[(run.Target, result.RunId())] = result;
            }
        }

        return index;
    }

    // Only these three are better or worse than each other.
    private static int? Rank(CaseResult? result) => result?.Verdict switch
    {
        Verdict.Ok => 0,
        Verdict.NonStrict => 1,
        Verdict.Failed => 2,
        _ => null,
    };
}
