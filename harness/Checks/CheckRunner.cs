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
    /// <summary>Runs them.</summary>
    /// <param name="cases">Which.</param>
    /// <param name="done">Told of each as it is there; one call at a time.</param>
    /// <param name="cancellation">Stops between and inside cases.</param>
    /// <returns>One result for each, in the order of the cases.</returns>
    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<CheckCase> cases, Action<CaseResult> done, CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Count];
        var telling = new Lock();
        async ValueTask RunOneAsync(int index, CancellationToken token)
        {
            var result = await RunCaseAsync(cases[index], token);
            results[index] = result;
            lock (telling)
            {
                done(result);
            }
        }

        var all = Enumerable.Range(0, cases.Count).ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(all.Where(index => !cases[index].Attribute.Serial), options, RunOneAsync);
        foreach (var index in all.Where(index => cases[index].Attribute.Serial))
        {
            await RunOneAsync(index, cancellation);
        }

        return results;
    }

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
