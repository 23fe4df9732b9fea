using System.Net;
using SseGateway.Protocol;

namespace SseGateway.Streams.Output;

/// <summary>Tells which upstream answers are event streams. The answer's type decides, not the request, so that POST streams work too.</summary>
internal static class EventStreamContent
{
    /// <summary>
    /// True for the MIME essence <c>text/event-stream</c> and a success that has a body of its own. An EventSource wants 200 (HTML 9.2.2 step 15), and gets the
    /// status as it came; other clients read what follows their work's being begun (201, 202) as well.
    /// </summary>
    public static bool Is(HttpResponseMessage response) =>
        HasStream(response.StatusCode) && EventStreamMediaType.IsEventStream(EventStreamMediaType.Raw(response));

    // A part of something (206) has bytes that are counted, to which nothing may be added.
    private static bool HasStream(HttpStatusCode status) =>
        (int)status is >= 200 and < 300 && status is not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.PartialContent);
}
