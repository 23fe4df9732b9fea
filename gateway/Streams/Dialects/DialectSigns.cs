using SseGateway.Configuration.Settings;
using SseGateway.Protocol;

namespace SseGateway.Streams.Dialects;

/// <summary>Tells a stream's reader by what the request, and for some dialects the answer, says in its head. No body is looked at.</summary>
internal static class DialectSigns
{
    /// <summary>The request field by which any client asks for the gateway's notices: <c>Gateway-Notices: on</c>.</summary>
    public const string NoticesField = "Gateway-Notices";

    private const string StreamNextOffset = "Stream-Next-Offset";
    private const string UiMessageStream = "x-vercel-ai-ui-message-stream";
    private const string GraphQLToken = "x-graphql-event-stream-token";

    private static readonly string[] McpFields = ["MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method"];

    /// <summary>The dialect of a request that has come to its route, whose settings may say it.</summary>
    public static Dialect Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Of(context.Request, context.Features.Get<RouteFeature>()?.Settings.Dialect ?? Dialect.Auto);
    }

    /// <summary>The dialect of a request, before anything is known of its answer.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="said">What the route's settings say. A browser's EventSource is one on any route: it cannot be anybody else.</param>
    public static Dialect Of(HttpRequest request, Dialect said = Dialect.Auto)
    {
        ArgumentNullException.ThrowIfNull(request);
        var told = BySigns(request);
        return said == Dialect.Auto || told == Dialect.EventSource ? told : said;
    }

    /// <summary>True for the stream that a client of the Model Context Protocol listens on, and false for its calls.</summary>
    public static bool IsMcpGet(HttpContext context) => Of(context) == Dialect.Mcp && HttpMethods.IsGet(context.Request.Method);

    /// <summary>The dialect of a stream whose answer's head is here, where the settings do not say it.</summary>
    /// <param name="reader">Who has asked.</param>
    /// <param name="answer">The fields of the answer.</param>
    public static Dialect Of(Reader reader, IHeaderDictionary answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return reader.Dialect is Dialect.EventSource or Dialect.Mcp ? reader.Dialect
            : answer.ContainsKey(UiMessageStream) ? Dialect.UiMessages
            : reader.Dialect != Dialect.None ? reader.Dialect
            : reader.CanComeBack && answer.ContainsKey(StreamNextOffset) ? Dialect.DurableStreams
            : NamesRun(answer.ContentLocation.ToString()) || NamesRun(answer.Location.ToString()) ? Dialect.LangGraph
            : Dialect.None;
    }

    /// <summary>True when the client asks for the gateway's notices, whoever it is.</summary>
    public static bool AsksForNotices(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(NoticesField, out var values)
            && values.Count == 1
            && values[0].AsSpan().Trim(" \t").Equals("on", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True when a field says that this is a request of the Model Context Protocol, whatever its method.</summary>
    public static bool HasMcpField(HttpRequest request)
    {
        foreach (var name in McpFields)
        {
            if (request.Headers.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    private static Dialect BySigns(HttpRequest request)
    {
        var isGet = HttpMethods.IsGet(request.Method);
        return HasMcpField(request) ? Dialect.Mcp
            : isGet && PathSigns.IsSignalR(request) ? Dialect.SignalR
            : isGet && IsEventSource(request) ? Dialect.EventSource
            : isGet && QuerySigns.Has(request.QueryString.Value, "live", "sse") ? Dialect.DurableStreams
            : request.Headers.ContainsKey(GraphQLToken) ? Dialect.GraphQL
            : PathSigns.Of(request);
    }

    // HTML Standard, 9.2.2: Accept is text/event-stream, and the cache mode "no-store", for which Fetch sends Cache-Control: no-cache (Fetch
    // Standard, "HTTP-network-or-cache fetch"). Scripts that set Accept themselves send no Cache-Control, or no-store.
    private static bool IsEventSource(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        return accept.Count == 1
            && accept[0].AsSpan().Trim(" \t").Equals(EventStreamMediaType.Name, StringComparison.OrdinalIgnoreCase)
            && HasDirective(request, "no-cache")
            && !HasDirective(request, "no-store");
    }

    // A list, in one field or several; names without case (RFC 9111 section 5.2).
    private static bool HasDirective(HttpRequest request, string directive)
    {
        foreach (var field in request.Headers.CacheControl)
        {
            foreach (var range in field.AsSpan().Split(','))
            {
                if (field.AsSpan(range).Trim(" \t").Equals(directive, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // LangGraph's server says where a run can be joined: /threads/{id}/runs/{id}/stream.
    private static bool NamesRun(string location)
    {
        var threads = location.IndexOf("/threads/", StringComparison.Ordinal);
        return threads >= 0 && location.IndexOf("/runs/", threads, StringComparison.Ordinal) > 0;
    }
}
