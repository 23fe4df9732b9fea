using SseGateway.Streams.Life;

namespace SseGateway.Transport.Upstream;

/// <summary>A stream was ended while its upstream had not answered yet.</summary>
internal sealed class StreamEndedException(CloseReason reason, Exception inner) : Exception($"The stream was ended before it began: {reason}.", inner)
{
    public CloseReason Reason { get; } = reason;
}
