namespace SseGateway.Hosting;

/// <summary>The host's limit on its shutdown, of which the drain is a part.</summary>
internal static class ShutdownTimeout
{
    // What is left of the shutdown when the streams are gone: their goodbyes, and the requests that are no streams.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(20);

    /// <summary>Makes the limit long enough for a drain. The host looks at it when it stops, so this may come with a reload.</summary>
    public static void AllowFor(this HostOptions host, TimeSpan drainWindow)
    {
        var drain = drainWindow + AfterDrain;
        host.ShutdownTimeout = host.ShutdownTimeout > drain ? host.ShutdownTimeout : drain;
    }
}
