namespace SseGateway.Configuration.Settings.Sharing;

/// <summary>What happens to a client that the log has run over.</summary>
internal enum SlowAction
{
    /// <summary>Its stream is cut; it can come back with its cursor.</summary>
    Close,

    /// <summary>It goes on with the oldest frame there is, after a notice.</summary>
    Skip,
}
