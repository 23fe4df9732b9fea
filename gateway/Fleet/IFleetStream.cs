namespace SseGateway.Fleet;

/// <summary>What this gateway has of a stream of the fleet's, for those who look at it.</summary>
internal interface IFleetStream
{
    /// <summary>True while it has the upstream.</summary>
    bool IsLeading { get; }

    /// <summary>Entries that are known to be in the store and are not here yet.</summary>
    long Lag { get; }
}
