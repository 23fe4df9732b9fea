namespace SseGateway.Fleet.Leases;

/// <summary>Wakes the one who waits for it, now or the next time.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => _set.TrySetResult();

    /// <summary>Completes when it has been set since the last time, or after so long. One call at a time.</summary>
    public async Task WaitAsync(TimeSpan most)
    {
        var set = _set;
        await set.Task.WaitAsync(most).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (set.Task.IsCompleted)
        {
            _set = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
