namespace SseGateway.Streams.Output;

/// <summary>The last writes to a client that an operator looks at, as many as fit onto a page.</summary>
internal sealed class FrameTrail
{
    private const int Most = 20;

    // Longer than between two looks of a page that is open.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Guards the others.
    private readonly Lock _lock = new();
    private readonly Queue<PassedFrames> _last = new(Most);
    private TimeSpan _looked;

    /// <returns>False when nobody has looked for a while.</returns>
    public bool Note(PassedFrames passed)
    {
        lock (_lock)
        {
            if (_last.Count == Most)
            {
                _last.Dequeue();
            }

            _last.Enqueue(passed);
            return passed.At - _looked < Patience;
        }
    }

    /// <summary>The last ones, the oldest first.</summary>
    public IReadOnlyList<PassedFrames> Look(TimeSpan now)
    {
        lock (_lock)
        {
            _looked = now;
            return [.. _last];
        }
    }
}
