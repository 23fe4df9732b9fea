using Microsoft.Net.Http.Headers;
using SseGateway.Configuration;
using SseGateway.Protocol;
using SseGateway.Sharing.Unshared;

namespace SseGateway.Streams;

/// <summary>What a request says about the stream it wants.</summary>
internal static class EventStreamRequest
{
    /// <summary>True when the answer is expected to be an event stream: it is named in Accept, and the method has a body in its answer.</summary>
    public static bool Announces(HttpRequest request) =>
        !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method) && Accepts(request);

    /// <summary>Where the frames of an announced stream would come from. Shared is what nothing but the URL asks for: a GET without a session or credential.</summary>
    public static StreamMode Mode(HttpRequest request, RouteSettings route) =>
        route.Sharing.Enabled && HttpMethods.IsGet(request.Method) && !SessionSigns.IsOneClients(request, route.Sharing.ShareBy.Headers)
            ? StreamMode.Shared
            : StreamMode.Relay;

    /// <summary>The User-Agent of a shared stream's own request.</summary>
    public const string GatewayAgent = "SseGateway";

    /// <summary>True for another gateway, which asks for all its clients. It knows how to go on after a cut, and to it a clean end is the upstream's own.</summary>
    public static bool IsGateway(HttpRequest request) => request.Headers.UserAgent.ToString() == GatewayAgent;

    /// <summary>True when Accept names <c>text/event-stream</c> (a wildcard is not enough: every request has one).</summary>
    public static bool Accepts(HttpRequest request)
    {
        foreach (var line in request.Headers.Accept)
        {
            if (line is null || !line.Contains(EventStreamMediaType.Name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (line.Length == EventStreamMediaType.Name.Length)
            {
                return true;
            }

            if (MediaTypeHeaderValue.TryParseList([line], out var types)
                && types.Any(type => type.MediaType.Equals(EventStreamMediaType.Name, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// True for an EventSource, which takes any status but 200 for the end. HTML Standard, 9.2.2: a GET whose Accept is exactly
    /// <c>text/event-stream</c> and whose cache mode is "no-store", for which Fetch sends <c>Cache-Control: no-cache</c>. Scripts may
    /// send the same; for them an in-band refusal does no harm. So one more sign of a browser or of that cache mode is enough:
    /// Sec-Fetch-* (missing on plain http), or the product token that all browsers have. Origin is none: programs and tests send it.
    /// </summary>
    public static bool IsEventSource(HttpRequest request)
    {
        var headers = request.Headers;
        return HttpMethods.IsGet(request.Method)
            && headers.Accept.Count == 1
            && string.Equals(headers.Accept[0], EventStreamMediaType.Name, StringComparison.OrdinalIgnoreCase)
            && (headers.ContainsKey("Sec-Fetch-Mode")
                || headers.ContainsKey("Sec-Fetch-Dest")
                || headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.Ordinal)
                || headers.CacheControl.ToString().Contains("no-cache", StringComparison.OrdinalIgnoreCase)
                || headers.CacheControl.ToString().Contains("no-store", StringComparison.OrdinalIgnoreCase));
    }
}
