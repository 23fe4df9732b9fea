namespace SseGateway.Harness.Wire;

/// <summary>Waiting with an end, and with a name for what is waited for.</summary>
internal static class Patience
{
    /// <summary>How long a step of a case may take (catalogue, section 0.5, has 10 s for a whole case).</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(5);

    private static readonly AsyncLocal<double?> Factor = new();

    /// <summary>How many times longer than usual everything may take, here and in what is begun from here: a slow machine's.</summary>
    public static double Times
    {
        get => Factor.Value ?? 1;
        set => Factor.Value = value;
    }

    /// <param name="step">What is waited for; is cancelled when time is up.</param>
    /// <param name="what">Its name in the report, e.g. <c>the head of the answer</c>.</param>
    /// <param name="limit">Null is <see cref="Default"/>.</param>
    /// <param name="cancellation">The whole case's.</param>
    /// <exception cref="NotSeenException">It was not seen in time.</exception>
    public static async Task<T> ForAsync<T>(Func<CancellationToken, Task<T>> step, string what, TimeSpan? limit, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var most = Stretch(limit ?? Default);
        patience.CancelAfter(most);
        try
        {
            return await step(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new NotSeenException($"not seen within {most.TotalSeconds:0.###} s: {what}");
        }
    }

    /// <summary>A time as long as <see cref="Times"/> has it; one without an end stays.</summary>
    public static TimeSpan Stretch(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? limit : limit * Times;

    /// <inheritdoc cref="ForAsync{T}"/>
    public static Task ForAsync(Func<CancellationToken, Task> step, string what, TimeSpan? limit, CancellationToken cancellation) =>
        ForAsync(
            async token =>
            {
                await step(token);
                return true;
            },
            what,
            limit,
            cancellation);
}
