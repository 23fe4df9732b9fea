using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Hosting.Logging;

/// <summary>Counts what the log has lost.</summary>
internal sealed class LogMetrics
{
    public LogMetrics(IMeterFactory meters, IEnumerable<ILoggerProvider> loggers)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var console = loggers.OfType<ConsoleLinesProvider>().ToArray();
        meters.Create(StreamMetrics.MeterName).CreateObservableCounter(
            "sse_gateway.log_lines_dropped", () => console.Sum(provider => provider.Dropped), "{line}", "Lines of the log that nobody read in time, or that its disk did not take.");
    }
}
