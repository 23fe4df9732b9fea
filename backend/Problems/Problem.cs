using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatBackend.Problems;

/// <summary>Writes RFC 9457 problem details, whatever the request accepts: a client that asked for an event stream still learns why it gets none.</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>Answers with <paramref name="status"/> and a problem body. <paramref name="detail"/> must hold nothing secret.</summary>
    public static Task WriteAsync(HttpContext context, int status, string? detail = null, TimeSpan? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

        var body = new ProblemBody("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail);
        return context.Response.WriteAsJsonAsync(body, ChatJson.Relaxed.ProblemBody, ContentType, context.RequestAborted);
    }
}
