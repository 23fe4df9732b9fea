namespace SseGateway.Transport.Taken;

/// <summary>Has a connection that was taken over from the server.</summary>
internal interface ITakenOwner
{
    /// <summary>The client is gone. May be called again; on the thread that waits for all of them, so nothing may be waited for.</summary>
    void NoteGone();
}
