using SseGateway.Protocol;

namespace SseGateway.Streams.Admission;

/// <summary>By what a request, or its answer, shows to be one client's own.</summary>
internal static class SessionSigns
{
    // Credentials that the gateway has taken for its own are gone by then (Edge/CredentialMiddleware): those that are left are for the upstream, which
    // answers each of them differently.
    private static readonly string[] OfRequests = ["Authorization", "Mcp-Session-Id", "X-Api-Key", "Api-Key", "X-Auth-Token", "X-Goog-Api-Key"];

    private static readonly string[] OfAnswers = ["Set-Cookie", "Set-Cookie2", "Mcp-Session-Id"];

    // Model Context Protocol 2024-11-05, "HTTP with SSE": the event says where the client posts, and with it names its session. It is to come first, but
    // nothing keeps a service from a greeting before it, or from taking its time.
    private static ReadOnlySpan<byte> SessionEvent => "endpoint"u8;

    /// <summary>True when a request names who asks, or a session of its own, and the upstream is not told of that for all who share.</summary>
    /// <param name="request">After the edge has taken its credential out.</param>
    /// <param name="sharedBy">The header fields by which clients are parted, in lower case.</param>
    public static bool IsOneClients(HttpRequest request, IReadOnlyList<string> sharedBy)
    {
        foreach (var name in OfRequests)
        {
            if (request.Headers.ContainsKey(name) && !sharedBy.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The field by which an answer opens a session; null for none. The gateway's own session affinity sets a cookie on the response, which does not
    /// count, and neither does a field that a transform of the route has taken away.</summary>
    /// <param name="upstream">The answer as it came.</param>
    /// <param name="passed">What of it is passed on.</param>
    public static string? Of(HttpResponseMessage upstream, IHeaderDictionary passed) =>
        Array.Find(OfAnswers, name => upstream.Headers.NonValidated.Contains(name) && passed.ContainsKey(name));

    /// <summary>The same for an event of a stream.</summary>
    public static string? Of(in Frame frame) => frame.Type.SequenceEqual(SessionEvent) ? "the event endpoint" : null;
}
