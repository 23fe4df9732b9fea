using SseGateway.Configuration.Settings;

namespace SseGateway.Streams.Endings;

/// <summary>The host's limit on its shutdown, of which the drain is a part.</summary>
internal static class ShutdownTimeout
{
    // What is left of the shutdown when the streams are gone: their goodbyes, and the requests that are no streams.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(20);

    /// <summary>Makes the limit longer than the longest drain. The host looks at it when it stops, so this may come with a reload.</summary>
    public static void AllowFor(this HostOptions host, GatewaySettings settings)
    {
        var drain = (settings.DrainWindow > settings.FinishWindow ? settings.DrainWindow : settings.FinishWindow) + AfterDrain;
        host.ShutdownTimeout = host.ShutdownTimeout > drain ? host.ShutdownTimeout : drain;
    }
}
