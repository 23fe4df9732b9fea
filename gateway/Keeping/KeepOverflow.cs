using SseGateway.Configuration.Settings;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Keeping;

/// <summary>Answers that find no place among those that are kept. They are relayed, and not refused: an answer that cannot be read again is better than
/// none.</summary>
internal sealed partial class KeepOverflow(KeepMetrics metrics, TimeProvider time, ILogger<KeepOverflow> logger)
{
    private readonly RareWarning _warning = new(time);

    /// <summary>Counts one, and warns of it once in a while.</summary>
    public void Note(RouteFeature route)
    {
        metrics.Unkept(route.RouteId!);
        if (_warning.IsDue())
        {
            LogOverflow(logger, route.RouteId!, route.Settings.Keep.Answers, route.Settings.Keep.AnswersPerSubject);
        }
    }

    [LoggerMessage(
        EventId = 180, Level = LogLevel.Warning,
        Message = "As many answers of route {Route} are running as are kept ({Answers}, or {PerSubject} for one subject): others end with their client")]
    private static partial void LogOverflow(ILogger logger, string route, int answers, int perSubject);
}
