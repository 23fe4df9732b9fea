namespace SseGateway.Streams;

/// <summary>Why a stream ended; used alike in logs, metrics and notices.</summary>
internal enum CloseReason
{
    None,
    ClientClosed,
    UpstreamEnded,
    UpstreamFailed,
    Drained,
}
