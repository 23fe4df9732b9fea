using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Admission;

/// <summary>What a request says about the stream it wants.</summary>
internal static class EventStreamRequest
{
    /// <summary>True when the answer is expected to be an event stream: it is named in Accept, and the method has a body in its answer.</summary>
    public static bool Announces(HttpRequest request) =>
        !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method) && Accepts(request);

    /// <summary>True when the answer may take its time to be made: a stream is wanted or expected, or the request is one that has a body.</summary>
    public static bool MayTakeLong(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) || IsExpected(context);

    /// <summary>True when a stream is announced, or expected so much that its place is taken.</summary>
    public static bool IsExpected(HttpContext context) => Announces(context.Request) || context.Features.Get<StreamAdmission>() is { Stream: not null };

    /// <summary>Where the frames of an announced stream would come from. Shared is what nothing but the URL asks for: a GET without a session or
    /// credential.</summary>
    public static StreamMode Mode(HttpRequest request, RouteSettings route) =>
        route.Sharing.Enabled && HttpMethods.IsGet(request.Method) && !SessionSigns.IsOneClients(request, route.Sharing.ShareBy.Headers)
            ? StreamMode.Shared
            : StreamMode.Relay;

    /// <summary>The User-Agent of a shared stream's own request.</summary>
    public const string GatewayAgent = "SseGateway";

    /// <summary>True when Accept names <c>text/event-stream</c> (a wildcard is not enough: every request has one).</summary>
    public static bool Accepts(HttpRequest request) => Names(request, EventStreamMediaType.Name);

    /// <summary>True when Accept names JSON beside <c>text/event-stream</c>: the service chooses.</summary>
    public static bool AcceptsJsonToo(HttpRequest request) => Names(request, MediaTypeNames.Application.Json) && Accepts(request);

    private static bool Names(HttpRequest request, string mediaType)
    {
        foreach (var line in request.Headers.Accept)
        {
            if (line is null || !line.Contains(mediaType, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (line.Length == mediaType.Length)
            {
                return true;
            }

            if (MediaTypeHeaderValue.TryParseList([line], out var types)
                && types.Any(type => type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0))
            {
                return true;
            }
        }

        return false;
    }
}
