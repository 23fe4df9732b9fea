namespace SseGateway.Transport.Polling;

/// <summary>
/// Whether so much comes that it is better fetched together: what streams of one connection write at once is sent at once, and a poller that looks after
/// each event has one of them at a time. Until there is a crowd everything is fetched as it comes.
/// </summary>
/// <param name="time">What tells how much comes in a round.</param>
internal sealed class Crowding(TimeProvider time)
{
    /// <summary>How long what comes may wait for others.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromMilliseconds(1);

    // So many in a round. A thread that sleeps and wakes for each of fewer is no thread's work.
    private const int Crowd = 8;

    private long _begun = time.GetTimestamp();
    private int _seen;
    private bool _isCrowded;

    /// <summary>Takes note of what has just come.</summary>
    /// <returns>True when what comes next is to be fetched a round later.</returns>
    public bool Note(int events)
    {
        _seen += events;
        if (time.GetElapsedTime(_begun) >= Round)
        {
            (_isCrowded, _seen, _begun) = (_seen >= Crowd, 0, time.GetTimestamp());
        }

        return _isCrowded;
    }
}
