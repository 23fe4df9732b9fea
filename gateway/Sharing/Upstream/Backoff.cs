namespace SseGateway.Sharing.Upstream;

/// <summary>How long the upstream is left alone before it is dialled again.</summary>
internal static class Backoff
{
    // An upstream that is only being restarted is back in a moment. One that wants to be asked again at once ("retry: 0") is not, in case that
    // it has nothing to say either.
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    // An upstream that asks to be left alone for so long is believed to mean it.
    private static readonly TimeSpan Sensible = TimeSpan.FromSeconds(1);

    /// <summary>The same for an upstream that has ended its stream: when it has said when it wants to be asked again, that is its pace.</summary>
    /// <param name="ends">Ends in a row that came soon.</param>
    /// <param name="retry">What the upstream asked for; null for nothing.</param>
    public static TimeSpan AfterEnd(int ends, TimeSpan? retry) => Delay(retry >= Sensible ? 0 : ends, retry);

    /// <summary>Twice as long each time, with up to half of it more by chance, so that gateways do not come at once; never less than the upstream asked
    /// for.</summary>
    /// <param name="failures">Attempts in a row that came to nothing.</param>
    /// <param name="retry">What the upstream asked for; null for nothing.</param>
    public static TimeSpan Delay(int failures, TimeSpan? retry)
    {
        var first = retry > First ? retry.Value : First;
        var delay = first * Math.Pow(2, Math.Min(failures, 16));
        var most = first > Most ? first : Most;
        return (delay < most ? delay : most) * (1 + (Random.Shared.NextDouble() / 2));
    }
}
