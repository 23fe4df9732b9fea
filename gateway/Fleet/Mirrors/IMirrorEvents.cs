using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Mirrors;

/// <summary>What is told of by entries that are no frames, one after the other, as they come. Not of what was there before the mirror.</summary>
internal interface IMirrorEvents
{
    /// <summary>True while this gateway has the upstream itself, and knows all it has said.</summary>
    bool IsLeading { get; }

    void Opened(UpstreamHead head);

    void Lost();

    void Ended(TimeSpan due, int ends);

    void GaveUp();

    void Unshared(string sign);
}
