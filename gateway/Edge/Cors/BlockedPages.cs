using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Cors;
using SseGateway.Transport.Http;

namespace SseGateway.Edge.Cors;

/// <summary>
/// Says in the log which page was not let in, and why: the browser tells only the page's own console. A line for each kind, once a minute; anybody can ask
/// in the name of any page.
/// </summary>
internal sealed partial class BlockedPages(TimeProvider time, ILogger<BlockedPages> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // Origins and headers are the client's to choose.
    private const int MostInPause = 50;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly HashSet<(string? Route, string Origin, string What)> _told = [];
    private long _since;

    /// <param name="context">A preflight.</param>
    /// <param name="cors">What holds for it.</param>
    public void NotePreflight(HttpContext context, CorsSettings cors)
    {
        var request = context.Request;
        if (!IsAllowed(request, cors))
        {
            Note(context, "its origin is not among Cors:Origins");
        }
        else if (request.Headers.AccessControlRequestMethod.ToString() is var method
            && !cors.Methods.Contains(method, StringComparer.Ordinal) && !IsSafelisted(method))
        {
            Note(context, $"the method {method} is not among Cors:Methods");
        }
        else if (HeaderNames.In(request.Headers.AccessControlRequestHeaders).FirstOrDefault(name => !cors.AllowsHeader(name)) is { } header)
        {
            Note(context, $"the header {header} is not among Cors:Headers");
        }
    }

    /// <param name="context">A request whose page may not read the answer, or one of no page at all.</param>
    public void NoteRequest(HttpContext context)
    {
        // The gateway's own pages send an Origin too, with everything but a GET.
        if (context.Request.Headers.Origin.Count > 0 && context.Request.Headers["Sec-Fetch-Site"] is not ["same-origin"])
        {
            Note(context, "its origin is not among Cors:Origins");
        }
    }

    private static bool IsAllowed(HttpRequest request, CorsSettings cors) =>
        request.Headers.Origin is [{ } origin] && cors.Allows(origin);

    // Fetch: "CORS-safelisted method".
    private static bool IsSafelisted(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method);

    private void Note(HttpContext context, string why)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var route = context.Features.Get<RouteFeature>()?.RouteId;
        var origin = context.Request.Headers.Origin.ToString();
        lock (_lock)
        {
            if (_told.Count > 0 && time.GetElapsedTime(_since) >= Pause)
            {
                _told.Clear();
            }

            if (_told.Count == 0)
            {
                _since = time.GetTimestamp();
            }

            if (_told.Count >= MostInPause || !_told.Add((route, origin, why)))
            {
                return;
            }
        }

        var (page, method, cause) = (LogText.Of(origin), LogText.Of(context.Request.Method), LogText.Of(why));
        LogBlocked(logger, page, route ?? LogText.None, method, cause);
    }

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "A page of {Origin} was blocked, route {Route}, {Method}: {Why}")]
    private static partial void LogBlocked(ILogger logger, string origin, string route, string method, string why);
}
