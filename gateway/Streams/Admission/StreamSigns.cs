using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects;

namespace SseGateway.Streams.Admission;

/// <summary>Signs of a stream to come in a request whose Accept does not name one, as the SDKs of model services send them. No body is read.</summary>
internal static class StreamSigns
{
    // OpenAI's (chat) completions and responses, Anthropic's messages, Gemini's and Vertex AI's streaming methods.
    private static readonly string[] StreamingPaths = ["/completions", "/responses", "/v1/messages", ":streamGenerateContent", ":streamRawPredict",
        ":streamQuery"];

    private static readonly string[] StreamingQueries = ["?stream=true", "&stream=true"];

    /// <summary>
    /// True for one call, answered with JSON, 202 or a stream that ends with the result: what is no GET and is of the Model Context Protocol's
    /// Streamable HTTP transport, or takes JSON as well as a stream. So its first POST does, which has no field of the protocol yet, the DELETE of its
    /// Python SDK, and a GraphQL query; a GraphQL subscription does not. The protocol's <c>subscriptions/listen</c> (revision 2026-07-28) is none, but a
    /// stream without end.
    /// </summary>
    public static bool IsCall(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method)
        && !IsSubscription(request)
        && (DialectSigns.HasMcpField(request) || (EventStreamRequest.AcceptsJsonToo(request) && !MayStream(request)));

    /// <summary>True when the answer is likely to be a stream.</summary>
    public static bool MayStream(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) ? PathStreams(request) || IsSubscription(request) || QueryStreams(request.QueryString.Value)
        : HttpMethods.IsGet(request.Method) && (DialectSigns.Of(request) == Dialect.DurableStreams || QueryStreams(request.QueryString.Value));

    /// <summary>True for the protocol's stream without end, which its client begins anew whenever it ends.</summary>
    public static bool IsSubscription(HttpRequest request) => request.Headers["Mcp-Method"] == "subscriptions/listen";

    private static bool PathStreams(HttpRequest request)
    {
        var path = request.Path.Value.AsSpan().TrimEnd('/');
        foreach (var end in StreamingPaths)
        {
            if (path.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return path.EndsWith("/messages", StringComparison.OrdinalIgnoreCase) && request.Headers.ContainsKey("anthropic-version");
    }

    // A response of OpenAI's that is made in the background is read by GET /responses/{id}?stream=true.
    private static bool QueryStreams(string? query) =>
        query is not null && Array.Exists(StreamingQueries, part => query.Contains(part, StringComparison.OrdinalIgnoreCase));
}
