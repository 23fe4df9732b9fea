using System.Collections.Concurrent;
using System.Diagnostics;
using SseGateway.Harness.Checks;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests;

/// <summary>
/// Drives a client through cases: many at once, those that measure time after the others and two at once, those that flood alone, and what has
/// failed once more alone.
/// </summary>
internal sealed class ClientRunner(IClientUnderTest client, StreamOrigin origin, ClientProfile profile, ClientPace pace, int parallel, string again)
{
    private readonly Lock _telling = new();

    /// <summary>Whether what has failed is asked once more, alone, before it is told: who accuses must be able to repeat it.</summary>
    public bool Confirms { get; init; }

    /// <summary>Runs them.</summary>
    /// <param name="cases">Each with its delivery profile; null is the default.</param>
    /// <param name="done">Told of each as it is there; one call at a time.</param>
    /// <param name="cancellation">Stops all.</param>
    /// <returns>One result for each, in the order of the cases.</returns>
    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<(CaseScript Script, string? Profile)> cases, Action<CaseResult> done,
        CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Count];
        var all = Enumerable.Range(0, cases.Count).ToArray();
        await RunSomeAsync(all.Where(index => cases[index].Script is { Serial: false, Floods: false }), parallel);
        await RunSomeAsync(all.Where(index => cases[index].Script is { Serial: true, Floods: false }), Math.Min(2, parallel));
        await RunSomeAsync(all.Where(index => cases[index].Script.Floods), 1);
        return results;

        async Task RunSomeAsync(IEnumerable<int> some, int atOnce)
        {
            using var places = new SemaphoreSlim(atOnce);
            var doubted = new ConcurrentQueue<int>();
            await Task.WhenAll(some.Select(async index =>
            {
                var result = results[index] = await RunCaseAsync(cases[index], places, alone: atOnce == 1, cancellation);
                if (Confirms && Fails(result))
                {
                    doubted.Enqueue(index);
                    return;
                }

                Tell(result);
            }));
            using var one = new SemaphoreSlim(1);
            foreach (var index in doubted.Order())
            {
                var second = await RunCaseAsync(cases[index], one, alone: true, cancellation);
                Tell(results[index] = Judge(results[index], second, atOnce));
            }
        }

        void Tell(CaseResult result)
        {
            lock (_telling)
            {
                done(result);
            }
        }
    }

    private static bool Fails(CaseResult result) => result.Verdict is Verdict.Failed or Verdict.Error;

    // An error says nothing of the client, also when it is none the second time.
    private static CaseResult Judge(CaseResult first, CaseResult second, int atOnce) =>
        Fails(second) || first.Verdict == Verdict.Error
            ? second
            : second with
            {
                Verdict = Verdict.BesideOthers,
                Actual = $"only {(atOnce == 1 ? "the first time" : "beside others")}: {first.Actual} (alone: {second.Actual})",
                Wire = first.Wire,
            };

    private async Task<CaseResult> RunCaseAsync((CaseScript Script, string? Profile) asked, SemaphoreSlim places, bool alone, CancellationToken cancellation)
    {
        var (script, delivery) = asked;
        RunOutcome[] runs = Skip(script.Needs, script.NeedsClient) is { } reason
            ? [new RunOutcome("", Outcome.Skipped(reason), [])]
            : await Task.WhenAll(script.Runs.Select(run => RunOneAsync(script, run, delivery, places, alone, cancellation)));
        var judged = runs.Where(run => run.Outcome.Verdict != Verdict.Skipped).ToArray();
        var outcome = RunOutcome.Combine(judged.Length == 0 ? [runs[0]] : judged);
        return new CaseResult
        {
            Id = script.Id,
            Profile = delivery,
            Verdict = outcome.Verdict,
            Ending = outcome.Ending,
            EndingRight = outcome.EndingRight,
            Expected = script.Expected ?? script.Row.Expected,
            Actual = outcome.Actual.ReplaceLineEnd(),
            Again = $"{again} {script.Id}{(delivery is null ? "" : "@" + delivery)}",
            Seconds = runs.Max(run => run.Seconds),
            Wire = outcome.Verdict is Verdict.Ok or Verdict.Skipped ? [] : judged.First(run => run.Outcome.Verdict == outcome.Verdict).Wire,
        };
    }

    private async Task<RunOutcome> RunOneAsync(CaseScript script, ScriptRun run, string? delivery, SemaphoreSlim places, bool alone,
        CancellationToken cancellation)
    {
        if ((Skip(run.Needs, needsClient: false) ?? SkipAfterCleanEnd(run)) is { } reason)
        {
            return new RunOutcome(run.Name, Outcome.Skipped(reason), []);
        }

        await places.WaitAsync(cancellation);
        var start = Stopwatch.GetTimestamp();
        var tap = new WireTap();
        try
        {
            var cut = delivery is null ? DeliveryProfile.Default : DeliveryProfile.Parse(delivery);
            var (outcome, died) = await new ClientCaseRun(script, run, client, origin, profile, pace, tap).RunAsync(cut, cancellation);

            // One of those that it had then has ended it: which one is seen when each is alone.
            outcome = died is not null && client.IsOneForAll && !alone ? Outcome.Error($"the client ended meanwhile: {died}") : outcome;
            return new RunOutcome(run.Name, outcome, tap.Logs) { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return new RunOutcome(
                run.Name, Outcome.Error(fault is ClientSetupException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}"), tap.Logs);
        }
        finally
        {
            places.Release();
        }
    }

    private string? SkipAfterCleanEnd(ScriptRun run) =>
        profile.Has(ClientProfile.CleanEndEnds)
        && run.Expect[0] is { LeastRequests: > 1 } or { Gaps: not null }
        && run.Connections[0].Steps.Any(step => step.End)
            ? "a clean end is the end, as the client has declared"
            : null;

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
