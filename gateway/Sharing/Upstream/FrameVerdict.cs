namespace SseGateway.Sharing.Upstream;

/// <summary>What a frame is for clients that were there before the upstream was dialled again.</summary>
internal enum FrameVerdict
{
    New,

    /// <summary>They have it.</summary>
    Overlap,

    /// <summary>New, but something before it is missing.</summary>
    AfterGap,
}
