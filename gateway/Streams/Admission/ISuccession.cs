using SseGateway.Streams.Limits;

namespace SseGateway.Streams.Admission;

/// <summary>
/// What says that a stream is the same client's as another one, whose place it takes: its owner is back over another network, while the old
/// connection, which will never say that it is gone, is still believed alive. Dispose says that the new stream is over, once, whoever calls it.
/// </summary>
internal interface ISuccession : IDisposable
{
    /// <summary>The place of the stream that is there now; null when there is none.</summary>
    StreamLease? Predecessor { get; }

    /// <summary>The new stream has its place: ends the one that was there.</summary>
    void Begin(StreamLease lease);
}
