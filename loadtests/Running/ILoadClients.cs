using LoadTests.Measures;

namespace LoadTests.Running;

/// <summary>All clients of a scenario, in this process or in others.</summary>
internal interface ILoadClients : IAsyncDisposable
{
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
}
