using System.Diagnostics.Metrics;
using SseGateway.Hosting.Access;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Hosting.Logging;

/// <summary>Counts what the log has lost.</summary>
internal sealed class LogMetrics
{
    public LogMetrics(IMeterFactory meters, IEnumerable<ILoggerProvider> loggers, AccessLines? access = null)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var console = loggers.OfType<ConsoleLinesProvider>().ToArray();
        meters.Create(StreamMetrics.MeterName).CreateObservableCounter(
            "sse_gateway.log_lines_dropped", () => console.Sum(provider => provider.Dropped) + (access?.Dropped ?? 0), "{line}",
            "Lines of the log and the access log that nobody read in time, or that its disk did not take.");
    }
}
