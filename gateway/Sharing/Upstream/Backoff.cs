namespace SseGateway.Sharing.Upstream;

/// <summary>How long the upstream is left alone before it is dialled again.</summary>
internal static class Backoff
{
    // An upstream that is only being restarted is back in a moment.
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Twice as long each time, with up to half of it more by chance, so that gateways do not come at once. Never less than the upstream asked for; but one
    /// that asks for no wait (<c>retry: 0</c>) and is gone would have a core do nothing else.
    /// </summary>
    /// <param name="failures">Attempts in a row that came to nothing.</param>
    /// <param name="retry">What the upstream asked for; null for nothing.</param>
    public static TimeSpan Delay(int failures, TimeSpan? retry)
    {
        var first = retry is { } asked && asked > First ? asked : First;
        var delay = first * Math.Pow(2, Math.Min(failures, 16));
        var most = first > Most ? first : Most;
        return (delay < most ? delay : most) * (1 + (Random.Shared.NextDouble() / 2));
    }
}
