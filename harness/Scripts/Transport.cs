namespace SseGateway.Harness.Scripts;

/// <summary>How an answer is carried (catalogue, section 0.6). What a request came over decides between HTTP/1 and HTTP/2.</summary>
internal enum Transport
{
    /// <summary>HTTP/1.1, chunked; frames of their own over HTTP/2.</summary>
    H1c,

    /// <summary>HTTP/1.1 with Content-Length.</summary>
    H1l,

    /// <summary>HTTP/1.1, delimited by the close.</summary>
    H1x,

    /// <summary>HTTP/1.0.</summary>
    H10,
}
