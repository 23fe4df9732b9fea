namespace SseGateway.Harness.Results;

/// <summary>How a body ended, as its reader saw it (catalogue, section 0.3).</summary>
internal enum Ending
{
    /// <summary>Does not apply, or was not looked at.</summary>
    None,

    /// <summary>Last chunk, all of Content-Length, END_STREAM, or FIN where only that ends it.</summary>
    Clean,

    /// <summary>FIN, or an error of framing, before the body was complete.</summary>
    Unclean,

    /// <summary>TCP reset or RST_STREAM.</summary>
    Reset,

    /// <summary>Nothing came although something had to.</summary>
    Timeout,

    /// <summary>Still open at the end of the case.</summary>
    Open,
}
