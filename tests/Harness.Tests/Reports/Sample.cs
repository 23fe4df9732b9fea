using SseGateway.Harness.Results;

namespace Harness.Tests.Reports;

/// <summary>Reports that no target has given.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Started = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    public static CaseResult Result(string id, Verdict verdict, string actual = "as expected") => new()
    {
        Id = id,
        Verdict = verdict,
        Expected = $"expected of {id}",
        Actual = actual,
        Again = $"sse-harness check {id} --seed 7",
        Seconds = 0.25,
    };

    public static RunReport Report(string target, params CaseResult[] results) => new()
    {
        CatalogueVersion = "1",
        HarnessVersion = "0.1.0",
        Mode = "proxy",
        Target = target,
        TargetVersion = "1.2.3",
        Command = $"sse-harness check --target http://127.0.0.1:8080 --name {target}",
        Started = Started,
        Seconds = 12.34,
        Seed = 7,
        Machine = "2 cores",
        Results = results,
    };
}
