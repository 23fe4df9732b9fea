namespace Gateway.Tests.Wire;

/// <summary>How a body was seen to end (CATALOGUE 0.3, second column).</summary>
internal enum BodyEnding
{
    /// <summary>Complete by its own framing: last chunk, all of Content-Length, or the close of a close-delimited body.</summary>
    Clean,

    /// <summary>FIN before the body was complete, or broken chunk framing.</summary>
    Unclean,

    /// <summary>TCP reset.</summary>
    Reset,
}
