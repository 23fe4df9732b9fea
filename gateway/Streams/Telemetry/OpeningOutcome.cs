namespace SseGateway.Streams.Telemetry;

/// <summary>What became of a request for a stream.</summary>
internal enum OpeningOutcome
{
    /// <summary>The client has the response head.</summary>
    Opened,

    /// <summary>The gateway refused the stream.</summary>
    Refused,

    /// <summary>It was answered with an error, by the gateway or by the upstream.</summary>
    Failed,

    /// <summary>The client left before the head came.</summary>
    ClientClosed,
}
