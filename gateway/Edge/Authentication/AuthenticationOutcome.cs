namespace SseGateway.Edge.Authentication;

/// <summary>How the check of a credential ended.</summary>
internal enum AuthenticationOutcome
{
    Accepted,

    /// <summary>There was none.</summary>
    Missing,

    /// <summary>It could not be read, or it is wrong, too old, or not meant for this gateway. The client is told no more than that.</summary>
    Invalid,

    /// <summary>It is right, but does not reach for this route.</summary>
    InsufficientScope,

    /// <summary>A cookie sent by a page of a foreign origin, whose user may know nothing of it.</summary>
    ForeignOrigin,

    /// <summary>Nobody can say at the moment: the keys cannot be fetched.</summary>
    KeysUnavailable,
}
