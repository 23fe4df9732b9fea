namespace SseGateway.Configuration.Settings.Sharing;

/// <summary>Whose event ids the clients of a shared stream see.</summary>
internal enum EventIds
{
    /// <summary>The upstream's, as they come. Events without one cannot be resumed after.</summary>
    Upstream,

    /// <summary>The gateway's own, <c>epoch-number</c>, in place of the upstream's: every event has one.</summary>
    Gateway,
}
