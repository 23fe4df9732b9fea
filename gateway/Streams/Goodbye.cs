namespace SseGateway.Streams;

/// <summary>What a client is told when the gateway ends its stream.</summary>
internal static class Goodbye
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // Another of its own streams had to go for the newer one. Tabs that evict each other should not do so every few seconds.
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the client is to wait before it comes back, in milliseconds: at random, since a fixed time would bring all of them back in
    /// the same moment (PITFALLS 11). Null where it is not meant to.
    /// </summary>
    public static int? Retry(CloseReason reason) => reason switch
    {
        CloseReason.Revoked => null,
        CloseReason.Evicted => Random.Shared.Next((int)Later.TotalMilliseconds, 2 * (int)Later.TotalMilliseconds),
        _ => Random.Shared.Next((int)Soon.TotalMilliseconds, 5 * (int)Soon.TotalMilliseconds),
    };
}
