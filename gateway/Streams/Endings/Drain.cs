using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Endings;

/// <summary>
/// Ends the streams of a gateway that goes down, over a while, so that their clients do not come back to the others all at once.
/// </summary>
internal sealed class Drain(StreamRegistry registry, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // One second.
    private const int TicksOfLast = 20;

    // The frame under way, the goodbye, and the linger of what is cut.
    private static readonly TimeSpan Aftermath = StreamDeadlines.EndGrace + TimeSpan.FromSeconds(6);

    /// <summary>
    /// Refuses new streams, and ends those of clients that can come back evenly over the window. What cannot be asked for again, and what was
    /// asked for and has no head yet, may finish. Completes when the last request is over.
    /// </summary>
    /// <param name="window">How long clients that can come back are sent away; zero ends their streams at once.</param>
    /// <param name="finish">How long the others may take to finish.</param>
    /// <param name="hurry">Ends what is left wherever it is.</param>
    public async Task RunAsync(TimeSpan window, TimeSpan finish, CancellationToken hurry)
    {
        registry.Drain();
        var streams = registry.Streams.Where(IsDue).ToArray();

        // Neighbours were opened together, often by one client.
        Random.Shared.Shuffle(streams);
        var started = registry.Now;
        var longest = window > finish ? window : finish;
        var ended = 0;
        while ((registry.Count > 0 || registry.Asked > 0) && !hurry.IsCancellationRequested && registry.Now - started <= longest + Aftermath)
        {
            var elapsed = registry.Now - started;
            var due = elapsed >= window ? streams.Length : 1 + (int)(streams.Length * (elapsed / window));
            while (ended < Math.Min(due, streams.Length))
            {
                streams[ended++].End(CloseReason.Drained);
            }

            if (elapsed >= window)
            {
                // Those that have their heads only since the drain began.
                registry.End(IsDue, CloseReason.Drained);
            }

            if (elapsed >= finish)
            {
                registry.End(stream => !stream.Resumable || elapsed >= longest, CloseReason.Drained);
            }

            await Task.Delay(Tick, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var stream in registry.Streams)
        {
            stream.Abort(CloseReason.Drained);
        }

        // Whoever is there has its end at once. Those that the server does not have any more nobody else waits for.
        for (var ticks = 0; registry.Count > 0 && ticks < TicksOfLast; ticks++)
        {
            await Task.Delay(Tick, CancellationToken.None);
        }
    }

    // Its client can come back for the rest, and has a head: a stream that is ended before is refused, when the service may have answered already.
    private static bool IsDue(LiveStream stream) => stream is { State: StreamState.Open } and ({ Resumable: true } or { IsListening: true });
}
