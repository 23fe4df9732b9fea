using SseGateway.Streams.Life;

namespace SseGateway.Streams.Limits;

/// <summary>One admitted stream's place in the counts. Dispose gives it back, once, however often it is called and by whom.</summary>
internal sealed class StreamLease : IDisposable
{
    // Of _holder, once another stream has the place.
    private static readonly object Another = new();

    private readonly StreamLimiter _limiter;

    // The stream, once there is one, or Another: an eviction may come before the stream does.
    private object? _holder;

    private int _opened;

    // Written under the limiter's lock.
    private volatile bool _released;

    internal StreamLease(StreamLimiter limiter, StreamApplicant applicant)
    {
        _limiter = limiter;
        Applicant = applicant;
    }

    internal StreamApplicant Applicant { get; }

    public bool Released => _released;

    /// <summary>True once its stream is over; the limiter's.</summary>
    internal bool IsOver { get; set; }

    /// <summary>By which it is known to what counts it together with those of other gateways; 0 for nothing.</summary>
    internal long FleetNumber { get; set; }

    /// <summary>True once another stream has the place.</summary>
    public bool Evicted => Volatile.Read(ref _holder) == Another;

    /// <summary>Among those of the same subject, from the oldest to the newest; the limiter's.</summary>
    internal LinkedListNode<StreamLease>? OfSubject { get; set; }

    /// <summary>Says whose place it is.</summary>
    public void Attach(LiveStream stream)
    {
        if (Interlocked.CompareExchange(ref _holder, stream, null) == Another)
        {
            stream.End(CloseReason.Evicted);
        }
    }

    /// <summary>Ends the stream, whose place another one has.</summary>
    public void Evict() => (Interlocked.Exchange(ref _holder, Another) as LiveStream)?.End(CloseReason.Evicted);

    /// <summary>The client has the response head.</summary>
    public void NoteOpened() => _limiter.NoteOpened(this);

    /// <returns>True once.</returns>
    internal bool TryNoteOpened() => Interlocked.Exchange(ref _opened, 1) == 0;

    internal void MarkReleased() => _released = true;

    internal void MarkTaken() => _released = false;

    /// <summary>Gives it back as if it had never been taken: the connect token too.</summary>
    public void Withdraw() => _limiter.Withdraw(this);

    public void Dispose() => _limiter.Release(this);
}
