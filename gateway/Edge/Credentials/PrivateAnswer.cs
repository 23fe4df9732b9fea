namespace SseGateway.Edge.Credentials;

/// <summary>Keeps answers to URLs with a token out of caches and referrers (RFC 6750, 2.3 and 5.3).</summary>
internal static class PrivateAnswer
{
    public static void Ask(HttpContext context) => context.Response.OnStarting(Apply, context);

    private static Task Apply(object state)
    {
        var headers = ((HttpContext)state).Response.Headers;
        var cacheControl = headers.CacheControl.ToString();
        if (!cacheControl.Contains("no-store", StringComparison.OrdinalIgnoreCase) && !cacheControl.Contains("private", StringComparison.OrdinalIgnoreCase))
        {
            headers.CacheControl = "no-store";
        }

        headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
