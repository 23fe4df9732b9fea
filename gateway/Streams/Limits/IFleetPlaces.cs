using SseGateway.Streams.Endings;

namespace SseGateway.Streams.Limits;

/// <summary>Places that several gateways count together.</summary>
internal interface IFleetPlaces
{
    /// <summary>The streams of the other gateways, as last heard of.</summary>
    StreamNumbers Others { get; }

    /// <summary>Has a place that was admitted here counted with its address and its subject at all gateways. Never throws.</summary>
    /// <param name="lease">The place.</param>
    /// <param name="evicted">The place of the same subject that it had been until now, if any.</param>
    /// <param name="predecessor">The place that was given back for it, if any.</param>
    /// <returns>The limit that forbids it; none when it is admitted, or cannot be counted at the moment.</returns>
    ValueTask<RefusalReason> TakeAsync(StreamLease lease, StreamLease? evicted, StreamLease? predecessor);

    /// <summary>The place is free. Neither waits nor throws; nothing happens when it was counted here alone, or is called again.</summary>
    void GiveBack(StreamLease lease);
}
