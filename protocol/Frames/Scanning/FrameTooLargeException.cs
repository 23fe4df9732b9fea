namespace SseGateway.Protocol;

/// <summary>A frame of an event stream is larger than the limit set for it.</summary>
public sealed class FrameTooLargeException : IOException
{
    /// <summary>Names the limit in the message.</summary>
    /// <param name="maxFrameBytes">The limit that the frame went over, in bytes.</param>
    public FrameTooLargeException(int maxFrameBytes)
        : base($"A frame of the event stream is larger than the limit of {maxFrameBytes} bytes.")
        => MaxFrameBytes = maxFrameBytes;

    /// <summary>The limit that the frame went over, in bytes.</summary>
    public int MaxFrameBytes { get; }
}
