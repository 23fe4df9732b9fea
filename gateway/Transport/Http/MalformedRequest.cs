namespace SseGateway.Transport.Http;

/// <summary>
/// Finds malformed requests that Kestrel lets pass. Repaired, or translated from HTTP/2 to the upstream's HTTP/1.1, one could be another
/// request than the one that was let in (RFC 9112 section 3.2, RFC 9113 section 10.3). So they are refused.
/// </summary>
internal static class MalformedRequest
{
    // RFC 9113 section 8.2.2. Kestrel looks at Connection and TE only.
    private static readonly string[] ConnectionSpecific = ["Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"];

    /// <param name="request">The request, before anything of our own is added.</param>
    /// <param name="target">Its target as the client sent it.</param>
    public static bool Is(HttpRequest request, string target) =>
        target.AsSpan().ContainsAnyExceptInRange('!', '~') || (HttpProtocol.IsHttp2(request.Protocol) && HasMalformedField(request.Headers));

    // In HTTP/1.1 Kestrel sees to the names. Line ends and NUL in values it takes from neither.
    private static bool HasMalformedField(IHeaderDictionary headers)
    {
        foreach (var name in ConnectionSpecific)
        {
            if (headers.ContainsKey(name))
            {
                return true;
            }
        }

        // The pseudo-header fields are there too, and Kestrel has checked them.
        return FieldNames.Any(headers, static name => !HttpSyntax.IsToken(name) && !name.StartsWith(':'));
    }
}
