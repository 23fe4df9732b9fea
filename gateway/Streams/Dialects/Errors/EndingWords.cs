using SseGateway.Streams.Life;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>What a reader that has a form for errors is told of the end of its stream.</summary>
internal static class EndingWords
{
    /// <param name="reason">Why it ended.</param>
    public static StreamError Of(CloseReason reason) => reason switch
    {
        CloseReason.UpstreamFailed => new("gateway_upstream_failed", "The service broke off in the middle of its answer"),
        CloseReason.Drained => new("gateway_drained", "The gateway is going down; the answer is not complete"),
        CloseReason.Lifetime => new("gateway_lifetime", "The stream has lived as long as it may; the answer is not complete"),
        CloseReason.Expired => new("gateway_expired", "The credential has come to its end; the answer is not complete"),
        CloseReason.Revoked => new("gateway_revoked", "The credential was revoked; the answer is not complete"),
        CloseReason.Evicted => new("gateway_evicted", "A newer stream has taken the place of this one; the answer is not complete"),
        CloseReason.Limit => new("gateway_limit", "The stream has come upon a limit; the answer is not complete"),
        _ => new("gateway_error", "The stream has ended by a fault of the gateway; the answer is not complete"),
    };
}
