using System.Net;
using SseGateway.Protocol;

namespace SseGateway.Streams.Dialects;

/// <summary>Tells a stream's reader by what the request, and for one dialect the answer, says in its head. No body is looked at.</summary>
internal static class DialectSigns
{
    /// <summary>The request field by which any client asks for the gateway's notices: <c>Gateway-Notices: on</c>.</summary>
    public const string NoticesField = "Gateway-Notices";

    private const string StreamNextOffset = "Stream-Next-Offset";

    private static readonly string[] McpFields = ["MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method"];

    /// <summary>The dialect of a request, before anything is known of its answer.</summary>
    public static Dialect Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !HttpMethods.IsGet(request.Method) ? Dialect.Other
            : HasMcpField(request) ? Dialect.Mcp
            : IsEventSource(request) ? Dialect.EventSource
            : AsksForLiveRead(request) ? Dialect.DurableStreams
            : Dialect.Other;
    }

    /// <summary>The dialect of a stream whose answer's head is here.</summary>
    /// <param name="reader">Who has asked.</param>
    /// <param name="answer">The fields of the answer.</param>
    public static Dialect Of(Reader reader, IHeaderDictionary answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return reader is { Dialect: Dialect.Other, CanComeBack: true } && answer.ContainsKey(StreamNextOffset) ? Dialect.DurableStreams : reader.Dialect;
    }

    /// <summary>True when the client asks for the gateway's notices, whoever it is.</summary>
    public static bool AsksForNotices(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(NoticesField, out var values)
            && values.Count == 1
            && values[0].AsSpan().Trim(" \t").Equals("on", StringComparison.OrdinalIgnoreCase);
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

    // Durable Streams protocol, "Read Stream - Live (SSE)": ?live=sse.
    private static bool AsksForLiveRead(HttpRequest request)
    {
        var query = request.QueryString.Value;
        if (query is null || !query.Contains("sse", StringComparison.OrdinalIgnoreCase) && !query.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var range in query.AsSpan(1).Split('&'))
        {
            var parameter = query.AsSpan(1)[range];
            var equals = parameter.IndexOf('=');
            if (equals > 0 && Is(parameter[..equals], "live") && Is(parameter[(equals + 1)..], "sse"))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<char> encoded, string text) =>
        encoded.Contains('%') ? WebUtility.UrlDecode(encoded.ToString()) == text : encoded.SequenceEqual(text);
}
