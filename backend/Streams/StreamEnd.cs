namespace ChatBackend.Streams;

/// <summary>Why a stream ends.</summary>
internal enum StreamEnd
{
    None,

    /// <summary>The client closed its connection.</summary>
    ClientClosed,

    /// <summary>The client stopped reading; its connection is aborted.</summary>
    Slow,

    /// <summary>The token that opened the stream has expired.</summary>
    Expired,

    /// <summary>The service is stopping.</summary>
    Drained,
}
