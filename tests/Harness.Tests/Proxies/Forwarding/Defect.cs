namespace Harness.Tests.Proxies.Forwarding;

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

    /// <summary>Uses an upstream connection again once the head that answers a HEAD is there, ended or not.</summary>
    ReusesTheConnectionOfAHead,

    /// <summary>Has a status of its own for a page whose upstream is not there.</summary>
    EndsPagesWhenTheUpstreamIsAway,

    /// <summary>Takes <c>identity</c> for a coding, and does not touch such a stream.</summary>
    TakesIdentityForACoding,

    /// <summary>Writes a blank line after each heartbeat.</summary>
    BlankLineAfterHeartbeats,

    /// <summary>Writes none, whoever reads.</summary>
    NoBlankLineAfterHeartbeats,

    /// <summary>Ends a heartbeat with CR, which the standard allows.</summary>
    HeartbeatsEndInCr,

    /// <summary>Ends a heartbeat with LF, however the stream ends its lines.</summary>
    HeartbeatsEndInLf,

    /// <summary>Writes heartbeats only after a blank line.</summary>
    HeartbeatsWaitForABlankLine,

    /// <summary>Asks again when the upstream has ended a stream, and goes on with that.</summary>
    AsksAgainAfterACleanEnd,

    /// <summary>Closes a stream with an event that is larger than half a mebibyte.</summary>
    ClosesOnLargeEvents,

    /// <summary>Gives a client up whose network has been silent for a second.</summary>
    GivesUpSilentClients,

    /// <summary>Waits for ever for a peer that says nothing and acknowledges nothing.</summary>
    WaitsForVanishedPeers,

    /// <summary>Over HTTP/2 answers six requests at a time, however many streams it allows.</summary>
    HasSixWorkers,

    /// <summary>Asks for gzip whoever asks, and passes it on.</summary>
    AsksForCompression,

    /// <summary>Sends a GET three times when no answer comes.</summary>
    RepeatsGets,

    /// <summary>Ends the body that comes with a head right behind a 103.</summary>
    LosesTheBodyAfterAnInterimHead,

    /// <summary>Sends answers with another status than 200 when they have ended.</summary>
    BuffersOtherStatuses,

    /// <summary>Has a hundred places, and does not see that a client has left.</summary>
    HoldsPlacesOfLeavers,
}
