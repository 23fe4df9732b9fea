namespace SseGateway.Streams.Endings;

/// <summary>What a client sees of the end of its stream.</summary>
internal enum EndKind
{
    /// <summary>Nothing: it is gone.</summary>
    Gone,

    /// <summary>A cut, wherever the stream is.</summary>
    Broken,

    /// <summary>A cut after the frame under way.</summary>
    Cut,

    /// <summary>An error in the reader's own dialect after the frame under way, where it can be said, and then a cut.</summary>
    Told,

    /// <summary>A clean end after the frame under way; a cut when that frame does not come to its end.</summary>
    Clean,

    /// <summary>The clean end that the upstream's own stream had.</summary>
    AsItCame,
}
