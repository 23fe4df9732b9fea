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
        await SeenAsync(Wait(TimeSpan.FromMilliseconds(1)));
    }

    /// <summary>The timer is left as it is by a wait that ends later: when it finds that it is too early, it has to come again.</summary>
    [Fact]
    public async Task Whoever_waits_for_longer_than_the_one_before_goes_on_after_a_time_too()
    {
        var soon = Wait(TimeSpan.FromMilliseconds(20));
        _signal.Set();
        await soon;
        await SeenAsync(Wait(TimeSpan.FromMilliseconds(100)));
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

    /// <summary>From both sides at once, and none before the last one was seen: the next would make up for one that is lost.</summary>
    [Fact]
    public async Task Every_set_is_seen()
    {
        const int Sets = 20_000;
        var (told, seen) = (0, 0);
        var sets = Task.Run(() =>
        {
            var until = new SpinWait();
            while (told < Sets && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                if (Volatile.Read(ref seen) < told) until.SpinOnce(sleep1Threshold: -1);
                else if (Interlocked.Increment(ref told) % 2 == 0) _signal.SetHere();
                else _signal.Set();
            }
        }, TestContext.Current.CancellationToken);
        while (seen < Sets)
        {
            await SeenAsync(Wait(Timeout.InfiniteTimeSpan));
            Volatile.Write(ref seen, Volatile.Read(ref told));
        }

        await sets;
    }

    private Task Wait(TimeSpan most) => _signal.WaitAsync(most).AsTask();

    private static Task SeenAsync(Task wait) => wait.WaitAsync(Deadline.Limit, TestContext.Current.CancellationToken);
}
