namespace SseGateway.Protocol;

/// <summary>What <see cref="FrameScanner.TryRead"/> found.</summary>
public enum FrameScanStatus
{
    /// <summary>The bytes end before the frame does: call again with more.</summary>
    Incomplete,

    /// <summary>A frame was found.</summary>
    Frame,

    /// <summary>The frame is larger than the scanner's limit. Final: every later call says the same.</summary>
    TooLarge,
}
