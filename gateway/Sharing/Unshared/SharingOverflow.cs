using SseGateway.Configuration.Settings;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Sharing.Unshared;

/// <summary>
/// Clients of a URL that finds no place among the shared streams. They are relayed, and not refused: whoever asks for many URLs would else shut out everybody
/// who asks for a new one.
/// </summary>
internal sealed partial class SharingOverflow(CurrentSettings settings, SharingMetrics metrics, TimeProvider time, ILogger<SharingOverflow> logger)
{
    private readonly RareWarning _warning = new(time);

    /// <summary>Counts one, and warns of it once in a while.</summary>
    public void Note(string routeId)
    {
        metrics.Overflowed(routeId);
        if (_warning.IsDue())
        {
            LogOverflow(logger, settings.Value.MaxSharedStreams, routeId);
        }
    }

    [LoggerMessage(
        EventId = 165, Level = LogLevel.Warning,
        Message = "There may be no more than {Most} shared streams, and three quarters of that for one address: clients of other URLs are relayed, "
            + "each with an upstream stream of its own (route {Route}). SseGateway:Limits:SharedStreams allows more")]
    private static partial void LogOverflow(ILogger logger, int most, string route);
}
