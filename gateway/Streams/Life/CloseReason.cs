namespace SseGateway.Streams.Life;

/// <summary>Why a stream ended; used alike in logs, metrics and notices.</summary>
internal enum CloseReason
{
    None,
    ClientClosed,
    UpstreamEnded,
    UpstreamFailed,

    /// <summary>A write to the client did not complete in time.</summary>
    Slow,

    /// <summary>Nothing that was sent to the client was acknowledged in time.</summary>
    Vanished,

    /// <summary>It has lived as long as it may.</summary>
    Lifetime,

    /// <summary>Its credential has come to its end.</summary>
    Expired,

    /// <summary>The gateway goes down.</summary>
    Drained,

    /// <summary>Its subject or key was revoked, or an operator ended it.</summary>
    Revoked,

    /// <summary>A newer stream of the same subject took its place.</summary>
    Evicted,

    /// <summary>It came upon a limit while it lived.</summary>
    Limit,

    /// <summary>A fault of the gateway's.</summary>
    Error,
}
