namespace SseGateway.Configuration.Settings.Fleet;

/// <summary>What shared streams do when the fleet's store has been away for longer than they wait for it.</summary>
internal enum StoreLoss
{
    /// <summary>Each gateway dials for itself, and clients are told of a gap when the fleet has one stream again.</summary>
    Local,

    /// <summary>They go on waiting.</summary>
    Wait,
}
