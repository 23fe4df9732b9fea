using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Sharing.Keeping;

/// <summary>Where a shared stream's frames go on their way to its log: straight there, or first into one that a fleet has in common.</summary>
internal interface IFrameSink
{
    /// <summary>The number that the next frame gets.</summary>
    long Next { get; }

    /// <summary>What the gateway's own ids begin with, that of the next frame's included.</summary>
    string Epoch { get; }

    /// <summary>True when it may come about that the log does not know yet what another gateway's does.</summary>
    bool IsMirrored { get; }

    /// <summary>Takes a frame as the upstream has sent it, or one of the gateway's own.</summary>
    void Append(in LogFrame frame);

    /// <summary>Has what was taken go on.</summary>
    /// <returns>Completes when there is room for more.</returns>
    ValueTask FlushAsync();

    /// <summary>Completes when the log has all that there is, or a moment has passed in which it could not be asked for.</summary>
    Task CatchUpAsync();

    /// <summary>A client has come, the first one. Must not wait.</summary>
    void Wanted();

    /// <summary>The upstream is dialled first, with this cursor of a client's.</summary>
    void BeginAfter(ReadOnlySpan<byte> cursor);

    /// <summary>The upstream has answered with a stream.</summary>
    void Opened(UpstreamHead head);
}
