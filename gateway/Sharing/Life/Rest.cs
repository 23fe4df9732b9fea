namespace SseGateway.Sharing.Life;

/// <summary>A time in which a shared stream's upstream is left alone, since nobody listens.</summary>
/// <param name="due">When it may be dialled again at the earliest, on the registry's clock.</param>
/// <param name="closed">Ends it too.</param>
internal sealed class Rest(TimeSpan due, CancellationToken closed)
{
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan Due => due;

    /// <summary>Completes when somebody asks, or when the stream is over. Never fails.</summary>
    public async Task WantedAsync() => await _wanted.Task.WaitAsync(closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void End() => _wanted.TrySetResult();
}
