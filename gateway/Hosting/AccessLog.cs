using Microsoft.AspNetCore.Http.Features;
using SseGateway.Streams;

namespace SseGateway.Hosting;

/// <summary>
/// One line for each request, when it is over; for a stream that is its end. It names the path and never the query, which may hold
/// a credential (DESIGN section 3).
/// </summary>
internal sealed partial class AccessLog(RequestDelegate next, TimeProvider time, ILogger<AccessLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (logger.IsEnabled(LogLevel.Information))
            {
                var path = PathAsWritten(context);
                var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
                if (context.Features.Get<LiveStream>() is { } stream)
                {
                    LogStream(logger, context.Request.Method, path, context.Response.StatusCode, milliseconds, stream.Reason);
                }
                else
                {
                    LogRequest(logger, context.Request.Method, path, context.Response.StatusCode, milliseconds);
                }
            }
        }
    }

    // The decoded path could hold a line end and so forge a line of the log; so could the raw one, in which Kestrel lets control
    // characters pass.
    private static string PathAsWritten(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        return path.AsSpan().ContainsAnyExceptInRange('!', '~') ? string.Concat(path.Select(c => c is >= '!' and <= '~' ? c : '?')) : path;
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Milliseconds} ms")]
    private static partial void LogRequest(ILogger logger, string method, string path, int status, long milliseconds);

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Milliseconds} ms, stream ended: {Reason}")]
    private static partial void LogStream(ILogger logger, string method, string path, int status, long milliseconds, CloseReason reason);
}
