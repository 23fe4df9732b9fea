using SseGateway.Streams.Life;

namespace SseGateway.Streams.Network;

/// <summary>
/// Tells a client that does not read from a network that carries nothing (a tunnel, a lift, a change of mast), as one sweep after another
/// sees it. Both look alike to who writes: bytes are taken until the kernel's buffer is full, and then no more.
/// </summary>
/// <remarks>
/// A client that is there acknowledges what comes, also when it is that it has no room for more. So what the kernel has sent and nobody has
/// acknowledged is the network's, and what it holds back while everything sent is acknowledged is the client's. Not left to TCP_USER_TIMEOUT,
/// which has one limit for both. On other systems than Linux neither is seen.
/// </remarks>
internal struct ClientNetwork
{
    // A system call of half a microsecond for each stream that is written to. The limits count from the look that first saw their cause.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly StreamConnection _connection;
    private long _bytes;
    private long _acknowledged;
    private bool _unanswered;
    private bool _outstanding;
    private bool _standstill;
    private TimeSpan _looked;
    private TimeSpan _since;
    private TimeSpan? _unheardAt;

    /// <param name="connection">The stream's. On HTTP/2 it is that of other streams too: what is said is of all of them.</param>
    public ClientNetwork(StreamConnection connection) => _connection = connection;

    /// <summary>How long bytes have been on their way without a sign of the client.</summary>
    public readonly TimeSpan Unheard => _standstill && _unanswered ? _looked - _since : TimeSpan.Zero;

    /// <summary>How long the client has acknowledged all that it was sent and taken nothing of what is left.</summary>
    public readonly TimeSpan Unread => _standstill && !_unanswered ? _looked - _since : TimeSpan.Zero;

    /// <summary>When to look again although nothing is written meanwhile.</summary>
    /// <param name="bytes">Bytes written so far.</param>
    public readonly TimeSpan Next(long bytes) =>
        _standstill ? TimeSpan.Zero
        : _connection.Socket is not null && (_outstanding || bytes != _bytes) ? _looked + Period
        : TimeSpan.MaxValue;

    /// <summary>How long the client could have read what a write waits for: a network that carried nothing was not its fault.</summary>
    /// <param name="now">The registry's clock.</param>
    /// <param name="waiting">How long the write waits.</param>
    public readonly TimeSpan Reachable(TimeSpan now, TimeSpan waiting) =>
        _unheardAt is { } unheard && now - unheard < waiting ? now - unheard : waiting;

    /// <summary>Looks, when there is reason to.</summary>
    /// <param name="now">The registry's clock.</param>
    /// <param name="bytes">Bytes written so far.</param>
    /// <param name="waiting">True while a write waits for the client.</param>
    public void Sweep(TimeSpan now, long bytes, bool waiting)
    {
        var due = _standstill || waiting || ((_outstanding || bytes != _bytes) && now - _looked >= Period);
        if (!due || !TcpState.TryRead(_connection.Socket, out var state))
        {
            return;
        }

        // Nothing was acknowledged since the last look, which had seen the same lie there.
        _standstill = _outstanding && state.Outstanding && state.Acknowledged == _acknowledged && state.Unanswered == _unanswered;
        if (!_standstill)
        {
            _since = now;
        }
        else if (state.Unanswered)
        {
            _unheardAt = now;
        }

        (_bytes, _acknowledged, _unanswered, _outstanding, _looked) = (bytes, state.Acknowledged, state.Unanswered, state.Outstanding, now);
    }
}
