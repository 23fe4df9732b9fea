namespace SseGateway.Streams;

/// <summary>
/// Ends the streams of a gateway that goes down, over a while, so that their clients do not come back to the others all at once
/// (PITFALLS 11, 26).
/// </summary>
internal sealed class Drain(StreamRegistry registry, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // The frame under way, the goodbye, and the linger of what is cut.
    private static readonly TimeSpan Aftermath = StreamDeadlines.EndGrace + TimeSpan.FromSeconds(6);

    /// <summary>
    /// Refuses new streams, ends those of clients that can come back evenly over the window, and the others, which may finish until then,
    /// at its end. Completes when the last one is gone.
    /// </summary>
    /// <param name="window">How long; zero ends all at once.</param>
    /// <param name="hurry">Ends what is left wherever it is.</param>
    public async Task RunAsync(TimeSpan window, CancellationToken hurry)
    {
        registry.Drain();
        var streams = registry.Streams.Where(stream => stream.Resumable).ToArray();

        // Neighbours were opened together, often by one client.
        Random.Shared.Shuffle(streams);
        var started = registry.Now;
        var ended = 0;
        while (registry.Count > 0 && !hurry.IsCancellationRequested && registry.Now - started <= window + Aftermath)
        {
            var elapsed = registry.Now - started;
            var due = elapsed >= window ? streams.Length : 1 + (int)(streams.Length * (elapsed / window));
            while (ended < Math.Min(due, streams.Length))
            {
                streams[ended++].End(CloseReason.Drained);
            }

            if (elapsed >= window)
            {
                registry.End(_ => true, CloseReason.Drained);
            }

            await Task.Delay(Tick, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var stream in registry.Streams)
        {
            stream.Abort(CloseReason.Drained);
        }
    }
}
