using SseGateway.Configuration;

namespace SseGateway.Transport;

/// <summary>
/// Finds what makes an HTTP/2 request malformed and Kestrel lets pass. Translated to HTTP/1.1, as most upstreams need it, it could be
/// another request than the one that was let in (RFC 9113 section 10.3). Line ends and NUL in values end the connection in Kestrel.
/// </summary>
internal static class Http2Request
{
    // RFC 9113 section 8.2.2. Kestrel looks at Connection and TE only.
    private static readonly string[] ConnectionSpecific = ["Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"];

    /// <summary>True for a request that must not be served (RFC 9113 section 8.1.1). Requests of other versions never are.</summary>
    /// <param name="request">The request, before anything of our own is added.</param>
    /// <param name="target">Its path and query as the client sent them.</param>
    public static bool IsMalformed(HttpRequest request, string target)
    {
        if (!HttpProtocol.IsHttp2(request.Protocol))
        {
            return false;
        }

        if (target.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return true;
        }

        foreach (var name in ConnectionSpecific)
        {
            if (request.Headers.ContainsKey(name))
            {
                return true;
            }
        }

        foreach (var (name, _) in request.Headers)
        {
            // Kestrel keeps :authority as Host, and may keep the other pseudo-header fields under their own names.
            if (!HttpSyntax.IsToken(name) && !name.StartsWith(':'))
            {
                return true;
            }
        }

        return false;
    }
}
