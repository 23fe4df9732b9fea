using System.Net;
using System.Net.Http.Headers;

namespace SseGateway.Relay;

/// <summary>Tells which upstream answers are event streams. The answer's type decides, not the request, so that POST streams work too.</summary>
internal static class EventStreamContent
{
    private const string MediaType = "text/event-stream";

    /// <summary>
    /// True for 200 and the MIME essence <c>text/event-stream</c> (HTML 9.2.2 step 15); parameters, case and a bare trailing
    /// semicolon do not matter.
    /// </summary>
    public static bool Is(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK
            || !response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values))
        {
            return false;
        }

        // Of several values the last one counts (Fetch, "extract a MIME type").
        ReadOnlySpan<char> last = default;
        foreach (var value in values)
        {
            last = value;
        }

        var comma = last.LastIndexOf(',');
        last = comma < 0 ? last : last[(comma + 1)..];
        var semicolon = last.IndexOf(';');
        last = semicolon < 0 ? last : last[..semicolon];
        return last.Trim(" \t").Equals(MediaType, StringComparison.OrdinalIgnoreCase);
    }
}
