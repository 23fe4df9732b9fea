namespace SseGateway.Streams.Life;

internal enum StreamState
{
    /// <summary>Admitted; the client has no response head yet.</summary>
    Opening,

    Open,

    /// <summary>Asked to end; the frame under way and the goodbye may still be on their way.</summary>
    Ending,
}
