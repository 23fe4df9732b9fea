using System.Net;
using SseGateway.Protocol;

namespace SseGateway.Streams;

/// <summary>Tells which upstream answers are event streams. The answer's type decides, not the request, so that POST streams work too.</summary>
internal static class EventStreamContent
{
    /// <summary>True for 200 and the MIME essence <c>text/event-stream</c> (HTML 9.2.2 step 15).</summary>
    public static bool Is(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.OK && EventStreamMediaType.IsEventStream(EventStreamMediaType.Raw(response));
}
