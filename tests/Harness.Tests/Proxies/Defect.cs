namespace Harness.Tests.Proxies;

/// <summary>What is wrong with a <see cref="ForwardingProxy"/>; one thing at a time.</summary>
public enum Defect
{
    None,

    /// <summary>Sends head and body only when the upstream has ended.</summary>
    BuffersEverything,

    /// <summary>Sends what it has got when more comes, or at the end.</summary>
    HoldsTheLastEvent,

    /// <summary>Ends every body cleanly.</summary>
    AddsTheMissingLastChunk,

    /// <summary>Writes a comment after a first piece of a body that ends in the middle of a line.</summary>
    WritesACommentInsideALine,

    /// <summary>Takes <c>id</c> lines out.</summary>
    StripsIds,

    /// <summary>Sends a request again when the upstream closed without an answer, POST too.</summary>
    RepeatsPosts,

    /// <summary>Compresses where the client allows it, and flushes at the end only.</summary>
    CompressesWithoutFlushing,

    /// <summary>Does not look whether its client is still there.</summary>
    LeaksTheUpstream,

    /// <summary>Passes on the fields of one connection to the other.</summary>
    PassesHopByHopFields,

    /// <summary>Makes one line of several Set-Cookie fields.</summary>
    JoinsSetCookies,

    /// <summary>Answers a GET from what it has kept of an earlier one.</summary>
    Caches,
}
