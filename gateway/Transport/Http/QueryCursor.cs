using System.Net;
using System.Text;

namespace SseGateway.Transport.Http;

/// <summary>
/// The cursor of a page that opens a new EventSource where another one was: it cannot set the header, so it says <c>?lastEventId=</c> or the like. The
/// browser's own retries repeat the URL and send the header, which then is the newer.
/// </summary>
internal static class QueryCursor
{
    public const string Header = "Last-Event-ID";

    /// <summary>What services in use call it: the standard's name as a parameter, in any case, and the header's (Mercure).</summary>
    public static readonly QueryNames DefaultNames = new(["lastEventId", "last_event_id", "last-event-id"]);

    /// <param name="query">The raw query.</param>
    /// <param name="names">Names that it may have; the first of them that is there counts.</param>
    /// <param name="cursor">Its decoded bytes as a header value: one character a byte.</param>
    /// <returns>False when there is none, or none that a header can hold.</returns>
    public static bool TryRead(QueryString query, QueryNames names, out string cursor)
    {
        cursor = "";
        if (query.Value is not { Length: > 1 } raw)
        {
            return false;
        }

        var best = int.MaxValue;
        foreach (var range in raw.AsSpan(1).Split('&'))
        {
            var parameter = raw.AsSpan(1)[range];
            if (parameter.IndexOf('=') is >= 0 and var equals && names.IndexOf(parameter) is >= 0 and var index && index < best)
            {
                (best, cursor) = (index, Decode(parameter[(equals + 1)..]));
            }
        }

        return cursor.Length > 0 && cursor.AsSpan().IndexOfAny('\0', '\r', '\n') < 0;
    }

    private static string Decode(ReadOnlySpan<char> value)
    {
        var bytes = Encoding.UTF8.GetBytes(value.ToString());
        return Encoding.Latin1.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length)!);
    }
}
