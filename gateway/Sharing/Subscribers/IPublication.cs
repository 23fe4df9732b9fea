using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Subscribers;

/// <summary>What clients subscribe to: a log, and what holds for those who read it.</summary>
internal interface IPublication
{
    IFrameLog Log { get; }

    /// <summary>How lines end in it; LF before its first. For any thread.</summary>
    LineEnd LineEnd { get; }

    /// <summary>True when its events have shown an id, where somebody asks for it.</summary>
    bool HasIds { get; }

    /// <summary>What happens to a client that the log has run over.</summary>
    SlowAction OnSlow { get; }

    /// <summary>What a client gets before the first frame from the log; null for nothing.</summary>
    /// <param name="resumption">Where it begins.</param>
    /// <param name="after">Where it has been; null when that is not known.</param>
    byte[]? Greeting(Resumption resumption, string? after);
}
