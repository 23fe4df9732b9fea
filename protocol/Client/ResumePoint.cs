namespace SseGateway.Protocol;

/// <summary>
/// What of a stream outlives a connection (HTML Standard, 9.2.2: it belongs to the event source): where to go on, and when. Written by the
/// enumeration, read by anyone.
/// </summary>
internal sealed class ResumePoint(string lastEventId, TimeSpan reconnectDelay)
{
    private volatile string _lastEventId = lastEventId;
    private long _reconnectDelay = reconnectDelay.Ticks;

    public string LastEventId
    {
        get => _lastEventId;
        set => _lastEventId = value;
    }

    public TimeSpan ReconnectDelay
    {
        get => new(Volatile.Read(ref _reconnectDelay));
        set => Volatile.Write(ref _reconnectDelay, value.Ticks);
    }
}
