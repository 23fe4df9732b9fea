namespace SseGateway.Streams;

/// <summary>What every open event stream has: an identity, a way to be ended, and the reason it ended.</summary>
/// <remarks>
/// <see cref="Ended"/> is cancelled by the client's leaving or by <see cref="Close"/>; the first reason wins. Dispose exactly once,
/// when the stream's response is over.
/// </remarks>
internal sealed class LiveStream : IDisposable
{
    private readonly StreamRegistry _registry;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _clientGone;
    private int _reason;

    private long _lastBytesAt;

    /// <param name="registry">Where it is listed while it lives.</param>
    /// <param name="context">The client's request.</param>
    /// <param name="upstreamIdle">How long the upstream may be silent; zero is no limit.</param>
    public LiveStream(StreamRegistry registry, HttpContext context, TimeSpan upstreamIdle)
    {
        _registry = registry;
        UpstreamIdle = upstreamIdle;
        _lastBytesAt = registry.Now;
        _registry.Add(this);
        _clientGone = context.RequestAborted.UnsafeRegister(
            static self => ((LiveStream)self!).Close(CloseReason.ClientClosed), this);
    }

    public CancellationToken Ended => _ended.Token;

    public TimeSpan UpstreamIdle { get; }

    /// <summary>When the upstream last sent something, in <see cref="StreamRegistry.Now"/> ticks.</summary>
    public long LastBytesAt => Volatile.Read(ref _lastBytesAt);

    public CloseReason Reason => (CloseReason)Volatile.Read(ref _reason);

    /// <summary>Notes that the upstream sent something. Costs two plain memory accesses, no clock.</summary>
    public void Touch() => Volatile.Write(ref _lastBytesAt, _registry.Now);

    /// <summary>Asks the stream to end. Returns at once; a second call changes nothing.</summary>
    public void Close(CloseReason reason)
    {
        if (TrySetReason(reason))
        {
            _ended.Cancel();
        }
    }

    /// <summary>Records how the stream came to its end by itself.</summary>
    public bool TrySetReason(CloseReason reason) => Interlocked.CompareExchange(ref _reason, (int)reason, 0) == 0;

    public void Dispose()
    {
        // Waits for a running callback: the token source is not disposed while Close cancels it.
        _clientGone.Dispose();
        _registry.Remove(this);
    }
}
