namespace SseGateway.Sharing.Log;

/// <summary>Why events are missing.</summary>
internal enum GapReason
{
    /// <summary>The log has never had the cursor, as far as it knows.</summary>
    Unknown,

    /// <summary>The log has run over it.</summary>
    Expired,

    /// <summary>It is one of another run of the gateway, or of another stream, or above all that there has been in this one.</summary>
    Epoch,

    /// <summary>The upstream was lost and could not resume.</summary>
    Upstream,
}
