using Gateway.Tests.Wire;
using SseGateway.Fleet.Leases;
using Xunit;

namespace Gateway.Tests.Fleet;

public sealed class SignalTests
{
    private readonly Signal _signal = new();

    [Fact]
    public async Task What_is_set_before_anybody_waits_wakes_the_next_one_and_no_other()
    {
        _signal.Set();
        _signal.Set();
        Assert.True(Wait(Timeout.InfiniteTimeSpan).IsCompleted);
        var next = Wait(Timeout.InfiniteTimeSpan);
        Assert.False(next.IsCompleted);
        _signal.Set();
        await next;
    }

    [Fact]
    public async Task Whoever_waits_goes_on_after_a_time_and_is_not_woken_by_the_time_of_a_wait_before()
    {
        // Wakes this one by its time; what is left of it must not wake the next.
        await Wait(TimeSpan.FromMilliseconds(1));
        var soon = Wait(TimeSpan.FromMilliseconds(20));
        _signal.Set();
        await soon;
        var next = Wait(TimeSpan.FromHours(1));
        await new Signal().WaitAsync(TimeSpan.FromMilliseconds(60));
        Assert.False(next.IsCompleted);
        _signal.Set();
        await next;
        await Wait(TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_waits_goes_on_here_only_if_asked_to(bool here)
    {
        var woken = new TaskCompletionSource<int>();
        var waits = WaitAsync();
        if (here) _signal.SetHere();
        else _signal.Set();
        Assert.Equal(here, woken.Task.IsCompleted && await woken.Task == Environment.CurrentManagedThreadId);
        await waits;

        async Task WaitAsync()
        {
            await _signal.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            woken.SetResult(Environment.CurrentManagedThreadId);
        }
    }

    /// <summary>From both sides at once: nothing is lost between them, and nobody waits for ever.</summary>
    [Fact]
    public async Task Every_set_is_seen()
    {
        const int Sets = 20_000;
        var (told, seen) = (0, 0);
        var sets = Task.Run(() =>
        {
            while (told < Sets)
            {
                if (Interlocked.Increment(ref told) % 2 == 0) _signal.SetHere();
                else _signal.Set();
            }
        }, TestContext.Current.CancellationToken);
        while (seen < Sets)
        {
            await Wait(Timeout.InfiniteTimeSpan).WaitAsync(Deadline.Limit, TestContext.Current.CancellationToken);
            seen = Volatile.Read(ref told);
        }

        await sets;
    }

    private Task Wait(TimeSpan most) => _signal.WaitAsync(most).AsTask();
}
