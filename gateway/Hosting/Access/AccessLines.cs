using System.Text;
using SseGateway.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Access;
using SseGateway.Hosting.Logging;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry;
using SseGateway.Streams.Telemetry.Access;
using SseGateway.Transport.Http;

namespace SseGateway.Hosting.Access;

/// <summary>
/// The access log: a line for each request and for each stream that is over. Lines go by <see cref="ConsoleLines"/>, so that no request waits for a disk: what
/// is more than it takes is dropped and counted.
/// </summary>
internal sealed partial class AccessLines : IAccessLog, IDisposable
{
    private readonly AccessLogSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConsoleLines _lines;
    private readonly ReopenedFile? _file;

    /// <param name="settings">With a format.</param>
    /// <param name="output">The lines of the standard output, which the log shares; not used with a file.</param>
    /// <param name="time">For the time of a line.</param>
    /// <param name="logger">Is told when lines were dropped.</param>
    public AccessLines(AccessLogSettings settings, Func<ConsoleLines> output, TimeProvider time, ILogger<AccessLines> logger)
    {
        (_settings, _time, _logger) = (settings, time, logger);
        _file = settings.File is null ? null : new ReopenedFile(settings.File);
        _lines = _file is null ? output() : new ConsoleLines(_file)
        {
            OnDropped = TellDropped,
            OnFailing = failure => LogFailing(logger, LogText.Reason(failure)),
        };
    }

    /// <summary>Lines that found no place, of a file; those of the standard output count there.</summary>
    public long Dropped => _file is null ? 0 : _lines.Dropped;

    public void Opened(LiveStream stream)
    {
        if (_settings.Openings)
        {
            Write(Of(stream, "opened"));
        }
    }

    public void Closed(LiveStream stream) =>
        Write(Of(stream, "stream") with { Duration = stream.Lifetime, Frames = stream.Frames, Bytes = stream.Bytes, Reason = stream.Reason.Word() });

    /// <summary>A request is over that was for no stream, or did not get it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="trace">What is known of it since it came.</param>
    /// <param name="duration">Since then.</param>
    public void Request(HttpContext context, AccessTrace trace, TimeSpan duration)
    {
        trace.Note(context);
        var admission = context.Features.Get<StreamAdmission>();
        Write(new AccessEntry
        {
            Kind = "request",
            Trace = trace,
            Time = _time.GetUtcNow(),
            Duration = duration,
            Route = context.Features.Get<RouteFeature>()?.RouteId ?? "",
            Address = (admission?.ClientAddress ?? context.Connection.RemoteIpAddress)?.ToString() ?? "",
            Subject = admission?.Subject,
            Path = trace.Path,
            Status = trace.Status,
            Bytes = context.Response.ContentLength,
            Reason = trace.Refusal == RefusalReason.None ? null : trace.Refusal.Word(),
        });
    }

    /// <summary>Opens the file, if it goes to one.</summary>
    /// <exception cref="StartupErrorsException">It cannot be opened.</exception>
    public void Open()
    {
        var errors = new StartupErrors();
        Try(errors, file => file.Open());
        errors.ThrowIfAny();
    }

    /// <summary>Tells whether it could be opened, and makes no file.</summary>
    public void Check(StartupErrors errors) => Try(errors, file => file.Check());

    /// <summary>Somebody has moved the file away. Nothing happens on the standard output.</summary>
    public void Reopen()
    {
        _file?.Reopen();
        _lines.Add(new StringBuilder());
    }

    public void Dispose()
    {
        if (_file is not null)
        {
            _lines.Dispose();
            _file.Dispose();
        }
    }

    private void Try(StartupErrors errors, Action<ReopenedFile> opening)
    {
        try
        {
            if (_file is not null)
            {
                opening(_file);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.Add("SseGateway:AccessLog:File", $"cannot be opened: {LogText.Reason(failure)}");
        }
    }

    private AccessEntry Of(LiveStream stream, string kind) => new()
    {
        Kind = kind,
        Trace = stream.Trace!,
        Time = _time.GetUtcNow(),
        Duration = stream.TimeToHead ?? TimeSpan.Zero,
        Route = stream.RouteId,
        Address = stream.Address,
        Subject = stream.Subject,
        Path = stream.Path,
        Status = stream.Trace!.Status,
        Id = stream.Id,
    };

    private void Write(in AccessEntry entry) => _lines.Add(AccessSyntax.Write(entry, _settings.Format));

    // In the log of the gateway: the lines of this one are for programs.
    private StringBuilder TellDropped(long lines)
    {
        LogDropped(_logger, lines);
        return new StringBuilder();
    }

    [LoggerMessage(EventId = 106, Level = LogLevel.Warning, Message = "The access log could not be written for a while: {Lines} lines were dropped")]
    private static partial void LogDropped(ILogger logger, long lines);

    [LoggerMessage(EventId = 107, Level = LogLevel.Warning, Message = "The access log cannot be written: {Reason}")]
    private static partial void LogFailing(ILogger logger, string reason);
}
