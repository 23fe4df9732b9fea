namespace SseGateway.Sharing.Upstream;

/// <summary>
/// Keeps those who wait for a stream that is opened anew until its first events have shown whether it can be shared, and whether it goes on where they have
/// been: for a moment only, so that a silent upstream's head is not held up.
/// </summary>
/// <remarks>By the machine's clock, whatever the gateway's is: what is waited for are the network's milliseconds.</remarks>
internal sealed class OpeningGate : IDisposable
{
    // What is sent on connect comes with the head or within a millisecond or two; this is what a busy machine makes of it.
    private static readonly TimeSpan ForFirstEvent = TimeSpan.FromMilliseconds(100);

    // What was missed may be read from a database first.
    private static readonly TimeSpan ForCursors = TimeSpan.FromMilliseconds(500);

    private const int Waiting = 0;
    private const int Opened = 1;
    private const int Closed = 2;

    private readonly Func<bool> _isSettled;
    private readonly Action _open;
    private readonly ITimer _timer;
    private int _state;

    /// <param name="hasCursors">True when somebody waits with a cursor.</param>
    /// <param name="isSettled">True when enough has come.</param>
    /// <param name="open">Lets them in; once.</param>
    public OpeningGate(bool hasCursors, Func<bool> isSettled, Action open)
    {
        (_isSettled, _open) = (isSettled, open);
        _timer = TimeProvider.System.CreateTimer(
            static gate => ((OpeningGate)gate!).Open(), this, hasCursors ? ForCursors : ForFirstEvent, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks whether enough has come, and lets them in then.</summary>
    /// <returns>False while it has to be looked again.</returns>
    public bool TryOpen()
    {
        if (Volatile.Read(ref _state) == Waiting && _isSettled())
        {
            Open();
        }

        return Volatile.Read(ref _state) != Waiting;
    }

    /// <summary>Lets them in now, unless it is closed.</summary>
    public void Open()
    {
        if (Interlocked.CompareExchange(ref _state, Opened, Waiting) == Waiting)
        {
            _open();
        }
    }

    /// <summary>Lets nobody in any more.</summary>
    /// <returns>True when nobody has been let in.</returns>
    public bool Close() => Interlocked.CompareExchange(ref _state, Closed, Waiting) != Opened;

    public void Dispose() => _timer.Dispose();
}
