using System.Globalization;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Telemetry;

/// <summary>
/// One line when a stream opens and one when it closes. A stream that never had its head is an ordinary request in the access log.
/// </summary>
internal sealed partial class StreamLog(ILogger<StreamLog> logger)
{
    // As the common log format has it.
    private const string None = "-";

    /// <summary>The client has the response head.</summary>
    public void Opened(LiveStream stream)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (mode, address, subject) = (stream.Mode.Word(), OneLine(stream.Address), OneLine(stream.Subject));
            LogOpened(logger, stream.Id, stream.RouteId, mode, address, subject);
        }
    }

    /// <summary>An opened stream is over.</summary>
    public void Closed(LiveStream stream)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (reason, subject) = (stream.Reason.Word(), OneLine(stream.Subject));
            LogClosed(logger, stream.Id, reason, stream.Lifetime.TotalSeconds, stream.Frames, stream.Bytes, stream.RouteId, subject);
        }
    }

    // A subject is its owner's to choose, so it comes last in the line, where it can pass for no other field, and holds nothing that makes
    // a second line, commands a terminal or turns the text around.
    private static string OneLine(string? text) =>
        string.IsNullOrEmpty(text) ? None
        : text.Any(Unprintable) ? string.Concat(text.Select(c => Unprintable(c) ? '?' : c))
        : text;

    private static bool Unprintable(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    [LoggerMessage(
        EventId = 150, Level = LogLevel.Information, Message = "stream {Id} opened: route {Route}, mode {Mode}, address {Address}, subject {Subject}")]
    private static partial void LogOpened(ILogger logger, string id, string route, string mode, string address, string subject);

    [LoggerMessage(EventId = 151, Level = LogLevel.Information,
        Message = "stream {Id} closed: {Reason} after {Seconds:0.000} s, {Frames} frames, {Bytes} bytes, route {Route}, subject {Subject}")]
    private static partial void LogClosed(ILogger logger, string id, string reason, double seconds, long frames, long bytes, string route, string subject);
}
