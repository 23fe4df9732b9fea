namespace SseGateway.Streams.Endings;

/// <summary>Why a stream was not admitted.</summary>
internal enum RefusalReason
{
    None,

    /// <summary>The process has as many streams as it may.</summary>
    TotalStreams,

    /// <summary>The route has.</summary>
    RouteStreams,

    /// <summary>The client's address (or IPv6 /64) has.</summary>
    AddressStreams,

    /// <summary>The subject has.</summary>
    SubjectStreams,

    /// <summary>The route has as many requests of this method of the Model Context Protocol under way as it may.</summary>
    McpCalls,

    /// <summary>Streams are opened faster than the route allows.</summary>
    ConnectRate,

    /// <summary>Connections take as many open files as the process may have.</summary>
    OpenFiles,

    /// <summary>What waits and what is retained takes as much memory as it may.</summary>
    Memory,

    /// <summary>The gateway is going down.</summary>
    Draining,

    /// <summary>The keys to check credentials with cannot be fetched at the moment.</summary>
    KeysUnavailable,

    /// <summary>The credential was revoked while the stream was being opened.</summary>
    Revoked,

    /// <summary>The upstream cannot be reached, or says itself that it cannot serve at the moment.</summary>
    Upstream,
}
