namespace SseGateway.Harness.Probe.Visits;

/// <summary>How a visit to the stream ended.</summary>
internal enum VisitEnd
{
    /// <summary>No head came in time.</summary>
    NoHead,

    /// <summary>No connection, by name, TCP or TLS.</summary>
    NotReachable,

    /// <summary>Connected, but what came was not an HTTP answer.</summary>
    NoAnswer,

    /// <summary>Still open when the time was up.</summary>
    Open,

    /// <summary>Enough was seen.</summary>
    Enough,

    /// <summary>The server ended the body.</summary>
    Clean,

    /// <summary>The connection ended before the body did.</summary>
    Unclean,

    /// <summary>What is decompressed is not what Content-Encoding says.</summary>
    BadEncoding,
}
