using Microsoft.AspNetCore.Http.Features;
using SseGateway.Streams.Life;

namespace SseGateway.Hosting.Logging;

/// <summary>
/// One line for each request, when it is over. It names the path and never the query, which may hold a credential.
/// A stream has its own lines, in Streams/StreamLog, unless it never came to its head.
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
            if (logger.IsEnabled(LogLevel.Information) && context.Features.Get<LiveStream>() is not { OpenedAt: not null })
            {
                var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
                var path = PathAsWritten(context);
                LogRequest(logger, context.Request.Method, path, context.Response.StatusCode, milliseconds);
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
}
