using System.Net;
using System.Text;

namespace SseGateway.Transport.Http;

/// <summary>
/// The cursor of a page that opens a new EventSource where another one was: it cannot set the header, so it says
/// <c>?lastEventId=</c> or <c>?last_event_id=</c>. The browser's own retries repeat the URL and send the header, which then is the newer.
/// </summary>
internal static class QueryCursor
{
    public const string Header = "Last-Event-ID";

    // In the order in which they count.
    private static readonly string[] Names = ["lastEventId", "last_event_id"];

    /// <param name="query">The raw query.</param>
    /// <param name="cursor">The decoded bytes of the first that is there, as a header value: one character a byte.</param>
    /// <returns>False when there is none, or none that a header can hold.</returns>
    public static bool TryRead(QueryString query, out string cursor)
    {
        cursor = "";
        if (query.Value is not { Length: > 1 } raw)
        {
            return false;
        }

        foreach (var name in Names)
        {
            foreach (var range in raw.AsSpan(1).Split('&'))
            {
                var parameter = raw.AsSpan(1)[range];
                if (parameter.Length > name.Length && parameter[name.Length] == '=' && parameter.StartsWith(name, StringComparison.Ordinal))
                {
                    cursor = Decode(parameter[(name.Length + 1)..]);
                    return cursor.Length > 0 && cursor.AsSpan().IndexOfAny('\0', '\r', '\n') < 0;
                }
            }
        }

        return false;
    }

    /// <summary>The query without any cursor; the rest as it was, in its order.</summary>
    public static QueryString Remove(QueryString query)
    {
        if (query.Value is not { Length: > 1 } raw || !Names.Any(name => raw.Contains(name, StringComparison.Ordinal)))
        {
            return query;
        }

        var rest = raw[1..].Split('&').Where(parameter => !Names.Contains(parameter.Split('=')[0], StringComparer.Ordinal)).ToArray();
        return rest.Length == 0 ? QueryString.Empty : new QueryString("?" + string.Join('&', rest));
    }

    private static string Decode(ReadOnlySpan<char> value)
    {
        var bytes = Encoding.UTF8.GetBytes(value.ToString());
        return Encoding.Latin1.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length)!);
    }
}
