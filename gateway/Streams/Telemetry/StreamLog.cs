using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry.Access;
using SseGateway.Transport.Http;

namespace SseGateway.Streams.Telemetry;

/// <summary>
/// One line when a stream opens and one when it closes. A stream that never had its head is an ordinary request in the access log.
/// </summary>
internal sealed partial class StreamLog(ILogger<StreamLog> logger, IAccessLog? access = null)
{
    /// <summary>The client has the response head.</summary>
    public void Opened(LiveStream stream)
    {
        access?.Opened(stream);
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (mode, address, subject) = (stream.Mode.Word(), LogText.Of(stream.Address), LogText.Of(stream.Subject));
            var path = LogText.Of(stream.Path);
            LogOpened(logger, stream.Id, stream.RouteId, path, mode, address, subject);
        }
    }

    /// <summary>An opened stream is over.</summary>
    public void Closed(LiveStream stream)
    {
        access?.Closed(stream);
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (reason, subject) = (stream.Reason.Word(), LogText.Of(stream.Subject));
            var (seconds, path) = (stream.Lifetime.TotalSeconds, LogText.Of(stream.Path));
            LogClosed(logger, stream.Id, reason, seconds, stream.Frames, stream.Bytes, stream.RouteId, path, subject);
        }
    }

    // A subject is its owner's to choose, so it comes last in the line, where it can pass for no other field.
    [LoggerMessage(EventId = 150, Level = LogLevel.Information,
        Message = "stream {Id} opened: route {Route}, path {Path}, mode {Mode}, address {Address}, subject {Subject}")]
    private static partial void LogOpened(ILogger logger, string id, string route, string path, string mode, string address, string subject);

    [LoggerMessage(EventId = 151, Level = LogLevel.Information,
        Message = "stream {Id} closed: {Reason} after {Seconds:0.000} s, {Frames} frames, {Bytes} bytes, route {Route}, path {Path}, subject {Subject}")]
    private static partial void LogClosed(
        ILogger logger, string id, string reason, double seconds, long frames, long bytes, string route, string path, string subject);
}
