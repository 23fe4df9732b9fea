namespace SseGateway.Streams.Life;

/// <summary>Where a stream's frames come from.</summary>
internal enum StreamMode
{
    /// <summary>An upstream response of its own.</summary>
    Relay,

    /// <summary>One upstream response for all clients of the same share key.</summary>
    Shared,

    /// <summary>An answer that goes on without its client and is kept.</summary>
    Kept,
}
