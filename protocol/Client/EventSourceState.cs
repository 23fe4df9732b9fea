namespace SseGateway.Protocol;

/// <summary>The ready state of an <see cref="EventSource"/> (HTML Standard, 9.2.2); the values are the standard's.</summary>
public enum EventSourceState
{
    /// <summary>Not connected yet, or waiting to connect again.</summary>
    Connecting = 0,

    /// <summary>The head of a good answer has come; events may follow.</summary>
    Open = 1,

    /// <summary>Ended: no further connection is made.</summary>
    Closed = 2,
}
