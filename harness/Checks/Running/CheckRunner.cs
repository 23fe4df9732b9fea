using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Running;

/// <summary>
/// Drives a target through cases and judges it: many at once, then alone what has failed beside others, then those that have to be alone.
/// </summary>
internal sealed class CheckRunner(TargetAddress target, StreamOrigin origin, TargetProfile profile, int seed, int parallel, string again)
{
    private TargetPulse? _pulse;
    private readonly Lock _lock = new();

    // The case after which the target was gone; guarded by _lock.
    private string? _last;

    // Why there is no target at all.
    private string? _absent;

    /// <summary>Whether what has failed is asked once more, alone, before it is told: who accuses must be able to repeat it.</summary>
    public bool Confirms { get; init; }

    /// <summary>How long a target that has gone is waited for.</summary>
    public TimeSpan ComesBack { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of each result as soon as it is there, one call at a time.</summary>
    public Action<CaseResult> Tell { get; init; } = _ => { };

    /// <summary>Runs them.</summary>
    /// <param name="cases">Which.</param>
    /// <param name="cancellation">Stops between and inside cases.</param>
    /// <returns>One result for each, in the order of the cases.</returns>
    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<CheckCase> cases, CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Count];
        var doubted = new ConcurrentQueue<int>();
        var all = Enumerable.Range(0, cases.Count).ToArray();
        _pulse = new TargetPulse(target, origin, profile) { ComesBack = ComesBack };
        _absent = await _pulse.BeginAsync(cancellation);
        await Parallel.ForEachAsync(
            all.Where(index => !cases[index].Attribute.Serial),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (index, token) =>
            {
                results[index] = await RunCaseAsync(cases[index], token);
                if (Confirms && Fails(results[index]))
                {
                    doubted.Enqueue(index);
                    return;
                }

                Done(results[index]);
            });
        foreach (var index in doubted.Order())
        {
            Done(results[index] = await ConfirmAsync(cases[index], results[index], "only beside others", cancellation));
        }

        foreach (var index in all.Where(index => cases[index].Attribute.Serial))
        {
            var first = await RunCaseAsync(cases[index], cancellation);
            Done(results[index] = Confirms && Fails(first) ? await ConfirmAsync(cases[index], first, "only the first time", cancellation) : first);
        }

        return results;
    }

    private void Done(CaseResult result)
    {
        lock (_lock)
        {
            Tell(result);
        }
    }

    private static bool Fails(CaseResult result) => result.Verdict is Verdict.Failed or Verdict.Error;

    private async Task<CaseResult> ConfirmAsync(CheckCase check, CaseResult first, string how, CancellationToken cancellation)
    {
        if (Last() == first.Id)
        {
            // There is nobody left to be asked.
            return first;
        }

        var alone = await RunCaseAsync(check, cancellation);
        return Fails(alone)
            ? alone
            : alone with { Verdict = Verdict.BesideOthers, Actual = $"{how}: {first.Actual} (alone: {alone.Actual})", Wire = first.Wire };
    }

    private async Task<CaseResult> RunCaseAsync(CheckCase check, CancellationToken cancellation)
    {
        var row = check.Row;
        var start = Stopwatch.GetTimestamp();
        var tap = new WireTap();
        var outcome = _absent is { } absent ? Outcome.Error($"not asked: the target gives no answer to a plain stream: {absent}")
            : Last() is { } last ? Outcome.Error($"not asked: after {last} the target was gone")
            : Missing(row) is { Count: > 0 } missing ? Outcome.Skipped($"not declared by the target: {string.Join(", ", missing)}")
            : await LookAfterAsync(check, await JudgeAsync(check, tap, cancellation), cancellation);
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

    private string? Last()
    {
        lock (_lock)
        {
            return _last;
        }
    }

    // Where something has failed, or a case was alone, it is seen whether the target has outlived it. The first case that finds it gone is told
    // so; what failed beside it says nothing of the target.
    private async Task<Outcome> LookAfterAsync(CheckCase check, Outcome outcome, CancellationToken cancellation)
    {
        if (outcome.Verdict is not (Verdict.Failed or Verdict.Error) && (!check.Attribute.Serial || outcome.Verdict == Verdict.Skipped))
        {
            return outcome;
        }

        if (await _pulse!.LostAsync(cancellation) is not { } lost)
        {
            return outcome;
        }

        lock (_lock)
        {
            if (_last is { } last)
            {
                return Outcome.Error($"after {last} the target was gone; here: {outcome.Actual}");
            }

            _last = check.Row.Id;
            return outcome with { Verdict = Verdict.Failed, Actual = $"after this case the target is gone: {lost}; the case itself: {outcome.Actual}" };
        }
    }

    private List<string> Missing(CatalogueRow row) => [.. row.Capabilities.Where(capability => !profile.Has(capability))];

    private async Task<Outcome> JudgeAsync(CheckCase check, WireTap tap, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience.Stretch(TimeSpan.FromSeconds(check.Attribute.Seconds)));
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
            return Outcome.Failed($"not done within {check.Attribute.Seconds * Patience.Times:0.#} s");
        }
        catch (Exception broken) when (broken is IOException or SocketException { SocketErrorCode: not SocketError.AddressAlreadyInUse })
        {
            // A connection of the target's, on either side of it. A listener of the case's own may have no place.
            return Outcome.Failed($"broken off: {broken.GetBaseException().Message}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Outcome.Error($"{fault.GetType().Name}: {fault.Message}");
        }
    }
}
