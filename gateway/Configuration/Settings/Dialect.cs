namespace SseGateway.Configuration.Settings;

/// <summary>What the reader of a stream speaks: what the gateway may add to it, how it is told of an error, and how its stream may end.</summary>
internal enum Dialect : byte
{
    /// <summary>Only in settings: told by the heads of the request and of its answer.</summary>
    Auto,

    /// <summary>Anything else: fetch, programs. Half of them take an unknown event for an error and a clean end for a finished answer.</summary>
    None,

    /// <summary>A browser's EventSource, or a library that keeps to the standard: it ignores unknown events and comes back after any end.</summary>
    EventSource,

    /// <summary>OpenAI's chat completions, and the many services that have the same interface.</summary>
    OpenAI,

    /// <summary>OpenAI's responses: numbered events.</summary>
    OpenAIResponses,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>The AI SDK's UI message stream.</summary>
    UiMessages,

    /// <summary>AG-UI: events of agents, told by nothing in a head.</summary>
    AgUi,

    /// <summary>The Model Context Protocol's Streamable HTTP transport. Its GET stream polls, so a clean end with a <c>retry</c> is its own way; its POSTs are
    /// calls of JSON-RPC.</summary>
    Mcp,

    /// <summary>LangGraph's runs: after a cut their client joins them again.</summary>
    LangGraph,

    /// <summary>A live read of the Durable Streams protocol: a clean end brings it back with its offset, a cut is an error to its user.</summary>
    DurableStreams,

    /// <summary>GraphQL over Server-Sent Events: any event but its own is an error.</summary>
    GraphQL,

    /// <summary>SignalR's event-stream transport: the same, and it reconnects by itself.</summary>
    SignalR,
}
