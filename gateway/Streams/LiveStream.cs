namespace SseGateway.Streams;

/// <summary>What every open event stream has: an identity, a way to be ended, and the reason it ended.</summary>
/// <remarks>
/// <see cref="Ended"/> is cancelled by the client's leaving or by <see cref="Close"/>; the first reason wins. Dispose exactly once,
/// when the stream's response is over.
/// </remarks>
internal sealed class LiveStream : IDisposable
{
    /// <summary>How long a drain waits for the frame that is under way.</summary>
    internal static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(2);

    private readonly StreamRegistry _registry;

    // Never disposed: it has no timer and no wait handle, and a sweep or a drain may still come for a stream that has just ended.
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _clientGone;
    private readonly TimeSpan _upstreamIdle;
    private int _reason;
    private volatile bool _touched = true;
    private volatile bool _inFrame;

    // Only the sweep's.
    private TimeSpan _silentSince;
    private TimeSpan? _drainingSince;

    /// <param name="registry">Where it is listed while it lives.</param>
    /// <param name="context">The client's request.</param>
    /// <param name="upstreamIdle">How long the upstream may be silent; zero is no limit.</param>
    public LiveStream(StreamRegistry registry, HttpContext context, TimeSpan upstreamIdle)
    {
        _registry = registry;
        _upstreamIdle = upstreamIdle;
        _registry.Add(this);
        _clientGone = context.RequestAborted.UnsafeRegister(
            static self => ((LiveStream)self!).Close(CloseReason.ClientClosed), this);
    }

    public CancellationToken Ended => _ended.Token;

    public CloseReason Reason => (CloseReason)Volatile.Read(ref _reason);

    /// <summary>
    /// True while the client has a part of a frame. Who writes frames sets it before the first byte of one, looks at <see cref="Draining"/>
    /// after that, and takes it back after the last: then it is they who end a stream that is drained in mid-frame.
    /// </summary>
    public bool InFrame
    {
        get => _inFrame;
        set => _inFrame = value;
    }

    /// <summary>True once the gateway is going down.</summary>
    public bool Draining => _registry.Draining;

    /// <summary>Notes that the upstream sent something. One write to memory: the clock is read by the sweep.</summary>
    public void Touch() => _touched = true;

    /// <summary>
    /// Ends the stream when its upstream has been silent for longer than it may. The silence is counted from the first sweep after the
    /// last bytes: a deadline is never early, also when the sweep itself was late, and late by a sweep's period at most.
    /// </summary>
    /// <param name="now">The sweep's clock.</param>
    public void Sweep(TimeSpan now)
    {
        if (Draining)
        {
            _drainingSince ??= now;
            if (now - _drainingSince >= DrainGrace)
            {
                Close(CloseReason.Drained);
            }
        }

        if (_upstreamIdle == TimeSpan.Zero)
        {
            return;
        }

        if (_touched)
        {
            _touched = false;
            _silentSince = now;
        }
        else if (now - _silentSince >= _upstreamIdle)
        {
            Close(CloseReason.UpstreamFailed);
        }
    }

    /// <summary>Ends the stream unless a frame is under way; then its writer ends it, or the sweep does when that takes too long.</summary>
    public void Drain()
    {
        if (!_inFrame)
        {
            Close(CloseReason.Drained);
        }
    }

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
        _clientGone.Unregister();
        _registry.Remove(this);
    }
}
