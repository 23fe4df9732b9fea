using SseGateway.Hosting.Access;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry.Access;
using SseGateway.Transport.Http;

namespace SseGateway.Hosting.Logging;

/// <summary>
/// One line for each request, when it is over. It names the path and never the query, which may hold a credential.
/// A stream has its own lines, in Streams/StreamLog, unless it never came to its head.
/// </summary>
internal sealed partial class AccessLog(RequestDelegate next, TimeProvider time, ILogger<AccessLog> logger, AccessLines? lines = null)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var trace = lines is null ? null : new AccessTrace(context);
        if (trace is not null)
        {
            context.Features.Set(trace);
        }

        try
        {
            await next(context);
        }
        finally
        {
            var isStream = context.Features.Get<LiveStream>() is { OpenedAt: not null };
            if (trace is not null && !isStream)
            {
                lines!.Request(context, trace, time.GetElapsedTime(started));
            }

            if (logger.IsEnabled(LogLevel.Information) && !isStream)
            {
                var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
                var (method, path) = (LogText.Of(context.Request.Method), LogText.Path(context));
                LogRequest(logger, method, path, context.Response.StatusCode, milliseconds);
            }
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Milliseconds} ms")]
    private static partial void LogRequest(ILogger logger, string method, string path, int status, long milliseconds);
}
