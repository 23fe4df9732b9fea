using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Gateway.Tests.Wire;

/// <summary>
/// Every wait of a test goes through here: it ends when the awaited state is seen, and fails by name when it is not seen for
/// <see cref="Limit"/>. No test asserts how long something took; the limit only keeps a held byte from hanging the run.
/// </summary>
internal static class Deadline
{
    /// <summary>Far above anything that works and far below patience; a busy two-core machine must not reach it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs one waiting step.</summary>
    /// <exception cref="TimeoutException">The step did not end within the patience (<see cref="Limit"/>); the message names it.</exception>
    public static async Task<T> ForAsync<T>(
        Func<CancellationToken, ValueTask<T>> step, [CallerArgumentExpression(nameof(step))] string what = "", TimeSpan? patience = null)
    {
        var limit = patience ?? Limit;
        var test = TestContext.Current.CancellationToken;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(test);
        limited.CancelAfter(limit);
        try
        {
            return await step(limited.Token);
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested && !test.IsCancellationRequested)
        {
            throw new TimeoutException($"Not seen within {limit.TotalSeconds:0} s: {what}");
        }
    }

    /// <summary>Waits for a task that takes no token.</summary>
    public static Task<T> ForAsync<T>(Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
        => ForAsync(token => new ValueTask<T>(task.WaitAsync(token)), what);

    /// <summary>Waits for a task that takes no token.</summary>
    public static Task ForAsync(Task task, [CallerArgumentExpression(nameof(task))] string what = "")
        => ForAsync(
            async token =>
            {
                await task.WaitAsync(token);
                return true;
            },
            what);

    /// <summary>Looks until something is so.</summary>
    public static Task UntilAsync(Func<bool> state, [CallerArgumentExpression(nameof(state))] string what = "", TimeSpan? limit = null)
        => UntilAsync(() => Task.FromResult(state()), what, limit);

    /// <summary>Repeats a probe until it says yes.</summary>
    public static async Task UntilAsync(Func<Task<bool>> probe, [CallerArgumentExpression(nameof(probe))] string what = "", TimeSpan? limit = null)
        => await ForAsync(
            async token =>
            {
                var begin = Stopwatch.GetTimestamp();
                while (!await probe())
                {
                    token.ThrowIfCancellationRequested();

                    // For whoever makes it so: there may be one core for both, and in another process. A probe may cost much (a page of metrics):
                    // it comes late by a twentieth of what was waited, at most.
                    await Task.Delay(TimeSpan.FromTicks(Math.Clamp(
                        Stopwatch.GetElapsedTime(begin).Ticks / 20, ShortestPause.Ticks, LongestPause.Ticks)), token);
                }
                return true;
            },
            what,
            limit);
}
