using SseGateway.Harness.Results;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>What came of one run of a case.</summary>
internal sealed record RunOutcome(string Name, Outcome Outcome, IReadOnlyList<WireLog> Wire)
{
    private const int MostTold = 4;

    public double Seconds { get; init; }

    /// <summary>The worst of the runs of a case; the runs that differ from OK are told by name, not all of very many.</summary>
    public static Outcome Combine(IReadOnlyList<RunOutcome> runs)
    {
        if (runs is [var only])
        {
            return only.Outcome;
        }

        var worst = runs.Max(run => run.Outcome.Verdict);
        if (worst == Verdict.Ok)
        {
            return Outcome.Ok($"{runs.Count} runs as expected");
        }

        var told = runs.Where(run => run.Outcome.Verdict == worst).ToArray();
        var more = told.Length > MostTold ? $"; and {told.Length - MostTold} of {runs.Count} runs more" : "";
        return told[0].Outcome with { Actual = string.Join("; ", told.Take(MostTold).Select(run => $"{run.Name}: {run.Outcome.Actual}")) + more };
    }
}
