using System.Diagnostics;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks;

/// <summary>Drives a target through cases and judges it: many at once, those that measure alone and last.</summary>
internal sealed class CheckRunner(TargetAddress target, StreamOrigin origin, TargetProfile profile, int seed, int parallel, string again)
{
    // Of those that are asked again: few failed because of these.
    private const int FewAtOnce = 4;

    /// <summary>Whether what has failed is asked once more when all others are done: on a busy machine an answer may only have come too late.</summary>
    public bool Confirms { get; init; }

    /// <summary>Runs them.</summary>
    /// <param name="cases">Which.</param>
    /// <param name="cancellation">Stops between and inside cases.</param>
    /// <returns>One result for each, in the order of the cases.</returns>
    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<CheckCase> cases, CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Count];
        var all = Enumerable.Range(0, cases.Count).ToArray();
        await RunEachAsync(all, parallel);
        int[] failed = Confirms ? [.. all.Where(index => Fails(results[index]))] : [];
        var first = failed.ToDictionary(index => index, index => results[index]);
        await RunEachAsync(failed, Math.Min(parallel, FewAtOnce));
        foreach (var index in failed.Where(index => !Fails(results[index])))
        {
            results[index] = results[index] with { Actual = $"{results[index].Actual} (when asked again; at first {first[index].Actual})" };
        }

        return results;

        async Task RunEachAsync(int[] some, int atOnce)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation };
            await Parallel.ForEachAsync(some.Where(index => !cases[index].Attribute.Serial), options, RunOneAsync);
            foreach (var index in some.Where(index => cases[index].Attribute.Serial))
            {
                await RunOneAsync(index, cancellation);
            }
        }

        async ValueTask RunOneAsync(int index, CancellationToken token) => results[index] = await RunCaseAsync(cases[index], token);
    }

    private static bool Fails(CaseResult result) => result.Verdict is Verdict.Failed or Verdict.Error;

    private async Task<CaseResult> RunCaseAsync(CheckCase check, CancellationToken cancellation)
    {
        var row = check.Row;
        var start = Stopwatch.GetTimestamp();
        var tap = new WireTap();
        var outcome = Missing(row) is { Count: > 0 } missing
            ? Outcome.Skipped($"not declared by the target: {string.Join(", ", missing)}")
            : await JudgeAsync(check, tap, cancellation);
        return new CaseResult
        {
            Id = row.Id,
            Verdict = outcome.Verdict,
            Ending = outcome.Ending,
            EndingRight = outcome.EndingRight,
            Timing = outcome.Timing,
            Expected = check.Attribute.Expected ?? row.Expected,
            Actual = outcome.Actual.ReplaceLineEnd(),
            Again = $"{again} --seed {seed} {row.Id}",
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            Wire = outcome.Verdict is Verdict.Ok or Verdict.Skipped ? [] : tap.Logs,
        };
    }

    private List<string> Missing(CatalogueRow row) => [.. row.Capabilities.Where(capability => !profile.Has(capability))];

    private async Task<Outcome> JudgeAsync(CheckCase check, WireTap tap, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(check.Attribute.Seconds));
        using var context = new CheckContext(target, origin, profile, tap, seed, limit.Token);
        try
        {
            return await check.RunAsync(context);
        }
        catch (NotSeenException missing)
        {
            return Outcome.Failed(missing.Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Outcome.Failed($"not done within {check.Attribute.Seconds} s");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return new Outcome(Verdict.Error, $"{fault.GetType().Name}: {fault.Message}");
        }
    }
}
