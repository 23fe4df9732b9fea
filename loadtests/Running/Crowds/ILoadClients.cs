using LoadTests.Measures;
using LoadTests.Report;

namespace LoadTests.Running.Crowds;

/// <summary>All clients of a scenario, in this process or in others.</summary>
internal interface ILoadClients : IAsyncDisposable
{
    /// <summary>Never ends, for clients that nobody else brings.</summary>
    private static readonly Task<string> Never = new TaskCompletionSource<string>().Task;

    /// <summary>What they have counted; at most half a second old.</summary>
    Counts Counts { get; }

    /// <summary>Lets them come, evenly over the ramp; does not wait for them.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Tells all of them a word.</summary>
    Task SignalAsync(string word);

    /// <summary>Waits until all have the newest event, or for so long, and has them leave.</summary>
    /// <param name="newest">Its number; null when there is none to wait for.</param>
    /// <param name="patience">How long at most.</param>
    /// <returns>What they have counted and timed in all.</returns>
    Task<(Counts Counts, IReadOnlyList<Timing> Timings)> FinishAsync(long? newest, TimeSpan patience);

    /// <summary>Ends, with the reason, when who brings the clients has ended before it was told to.</summary>
    Task<string> Broken => Never;

    /// <summary>Tells who has brought the clients what came of it; what reports of its own it has are written then.</summary>
    /// <exception cref="IOException">It could not end as it should.</exception>
    Task CloseAsync(Requirements requirements) => Task.CompletedTask;
}
