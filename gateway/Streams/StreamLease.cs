namespace SseGateway.Streams;

/// <summary>One admitted stream's place in the counts. Dispose gives it back, once, however often it is called and by whom.</summary>
internal sealed class StreamLease : IDisposable
{
    private StreamLimiter? _limiter;

    internal StreamLease(StreamLimiter limiter, StreamApplicant applicant)
    {
        _limiter = limiter;
        Applicant = applicant;
    }

    internal StreamApplicant Applicant { get; }

    public bool Released => Volatile.Read(ref _limiter) is null;

    public void Dispose() => Interlocked.Exchange(ref _limiter, null)?.Release(Applicant);
}
