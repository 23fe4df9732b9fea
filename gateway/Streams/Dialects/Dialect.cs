namespace SseGateway.Streams.Dialects;

/// <summary>What kind of reader a stream has, as far as that decides what the gateway may add to it and how it may end.</summary>
internal enum Dialect : byte
{
    /// <summary>Anything else: SDKs, fetch, programs. Half of them take an unknown event for an error and a clean end for a finished answer.</summary>
    Other,

    /// <summary>A browser's EventSource, or a library that keeps to the standard: it ignores unknown events and comes back after any end.</summary>
    EventSource,

    /// <summary>The GET stream of the Model Context Protocol's Streamable HTTP transport: it polls, so a clean end with a <c>retry</c> is its own
    /// way.</summary>
    Mcp,

    /// <summary>A live read of the Durable Streams protocol: a clean end brings it back with its offset, a cut is an error to its user.</summary>
    DurableStreams,
}
