using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>The store has not answered, or not done what it was asked to. What was sent may still be done later.</summary>
/// <param name="reason">In few words, without anything secret.</param>
/// <param name="cause">What the client library said; null for nothing.</param>
internal sealed class StoreAwayException(string reason, Exception? cause = null) : IOException(reason, cause)
{
    /// <param name="failure">Of the client library.</param>
    public static StoreAwayException Of(Exception failure) => failure switch
    {
        RedisTimeoutException or TimeoutException => new("no answer within 1 s", failure),

        // MISCONF, OOM, READONLY, NOAUTH, LOADING: the first word says it, and what follows may be about anything.
        RedisServerException server => new($"it refuses: {server.Message.Split(' ')[0]}", failure),
        RedisConnectionException connection => new($"no connection ({connection.FailureType})", failure),
        _ => new("no connection", failure),
    };
}
