namespace SseGateway.Streams.Endings;

/// <summary>
/// How long a client that is sent away is to wait before it comes back: at random, since a fixed time would bring all of them back in the
/// same moment.
/// </summary>
/// <param name="Least">Inclusive.</param>
/// <param name="Most">Exclusive.</param>
internal sealed record RetryWait(TimeSpan Least, TimeSpan Most)
{
    public static readonly RetryWait Soon = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    /// <summary>MCP's TypeScript client tries twice and then never again, so its first try has to come after a restart.</summary>
    public static readonly RetryWait AfterRestart = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    /// <summary>Another of its own streams had to go for the newer one. Tabs that evict each other should not do so every few seconds.</summary>
    public static readonly RetryWait Later = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));

    public int Milliseconds() => Random.Shared.Next((int)Least.TotalMilliseconds, (int)Most.TotalMilliseconds);
}
