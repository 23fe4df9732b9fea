using System.Diagnostics;
using SseGateway.Harness.Checks;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests;

/// <summary>Drives a client through cases: many at once, those that measure time after the others and few at once.</summary>
internal sealed class ClientRunner(IClientUnderTest client, StreamOrigin origin, ClientProfile profile, ClientPace pace, int parallel, string again)
{
    /// <summary>Runs them.</summary>
    /// <param name="cases">Each with its delivery profile; null is the default.</param>
    /// <param name="done">Told of each as it is there; one call at a time.</param>
    /// <param name="cancellation">Stops all.</param>
    /// <returns>One result for each, in the order of the cases.</returns>
    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<(CaseScript Script, string? Profile)> cases, Action<CaseResult> done,
        CancellationToken cancellation)
    {
        using var places = new SemaphoreSlim(parallel);
        var results = new CaseResult[cases.Count];
        var telling = new Lock();
        async Task RunOneAsync(int index)
        {
            var result = await RunCaseAsync(cases[index].Script, cases[index].Profile, places, cancellation);
            results[index] = result;
            lock (telling)
            {
                done(result);
            }
        }

        var all = Enumerable.Range(0, cases.Count).ToArray();
        await Task.WhenAll(all.Where(index => !cases[index].Script.Serial).Select(RunOneAsync));
        await Parallel.ForEachAsync(
            all.Where(index => cases[index].Script.Serial), new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Min(2, parallel),
                CancellationToken = cancellation
            }, async (index, _) => await RunOneAsync(index));
        return results;
    }

    private async Task<CaseResult> RunCaseAsync(CaseScript script, string? delivery, SemaphoreSlim places, CancellationToken cancellation)
    {
        RunOutcome[] runs = Skip(script.Needs, script.NeedsClient) is { } reason
            ? [new RunOutcome("", Outcome.Skipped(reason), [])]
            : await Task.WhenAll(script.Runs.Select(run => RunOneAsync(script, run, delivery, places, cancellation)));
        var judged = runs.Where(run => run.Outcome.Verdict != Verdict.Skipped).ToArray();
        var outcome = RunOutcome.Combine(judged.Length == 0 ? [runs[0]] : judged);
        return new CaseResult
        {
            Id = script.Id,
            Profile = delivery,
            Verdict = outcome.Verdict,
            Expected = script.Expected ?? script.Row.Expected,
            Actual = outcome.Actual.ReplaceLineEnd(),
            Again = $"{again} {script.Id}{(delivery is null ? "" : "@" + delivery)}",
            Seconds = runs.Max(run => run.Seconds),
            Wire = outcome.Verdict is Verdict.Ok or Verdict.Skipped ? [] : judged.First(run => run.Outcome.Verdict == outcome.Verdict).Wire,
        };
    }

    private async Task<RunOutcome> RunOneAsync(CaseScript script, ScriptRun run, string? delivery, SemaphoreSlim places, CancellationToken cancellation)
    {
        if (Skip(run.Needs, needsClient: false) is { } reason)
        {
            return new RunOutcome(run.Name, Outcome.Skipped(reason), []);
        }

        await places.WaitAsync(cancellation);
        var start = Stopwatch.GetTimestamp();
        var tap = new WireTap();
        try
        {
            var cut = delivery is null ? DeliveryProfile.Default : DeliveryProfile.Parse(delivery);
            var outcome = await new ClientCaseRun(script, run, client, origin, profile, pace, tap).RunAsync(cut, cancellation);
            return new RunOutcome(run.Name, outcome, tap.Logs) { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return new RunOutcome(
                run.Name, new Outcome(Verdict.Error, fault is ClientSetupException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}"), tap.Logs);
        }
        finally
        {
            places.Release();
        }
    }

    private string? Skip(IReadOnlyList<string> needs, bool needsClient)
    {
        if (needsClient && profile.Has(ClientProfile.RawParser))
        {
            return "a raw parser has no states, status codes and reconnecting";
        }

        var missing = needs.Where(need => !profile.Has(need)).ToArray();
        return missing.Length > 0 ? $"not declared by the client: {string.Join(", ", missing)}" : null;
    }
}
