namespace SseGateway.Harness.Origin;

/// <summary>How an answer's body is delimited (catalogue, section 0.6).</summary>
internal enum BodyFraming
{
    /// <summary><c>h1c</c>; frames of their own on HTTP/2.</summary>
    Chunked,

    /// <summary><c>h1l</c>: the whole length is in the head.</summary>
    Length,

    /// <summary><c>h1x</c>, and HTTP/1.0.</summary>
    UntilClose,
}
