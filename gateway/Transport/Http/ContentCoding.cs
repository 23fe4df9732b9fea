using Microsoft.Extensions.Primitives;

namespace SseGateway.Transport.Http;

/// <summary>The coding of an event stream's body (RFC 9110 section 8.4).</summary>
internal static class ContentCoding
{
    /// <summary>
    /// Drops a Content-Encoding that says there is none. <c>identity</c> is no content coding (RFC 9110 section 12.5.3), yet ASP.NET Core's own
    /// event streams and SignalR's say it; examples of graphql-sse and Next.js say <c>none</c>.
    /// </summary>
    public static void DropIfNone(IHeaderDictionary headers)
    {
        if (headers.ContentEncoding.Count > 0 && IsNone(headers.ContentEncoding))
        {
            headers.ContentEncoding = default;
        }
    }

    /// <summary>True when the fields say that there is none.</summary>
    public static bool IsNone(StringValues fields)
    {
        foreach (var field in fields)
        {
            foreach (var range in field.AsSpan().Split(','))
            {
                var coding = field.AsSpan(range).Trim(" \t");
                if (!coding.IsEmpty
                    && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)
                    && !coding.Equals("none", StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
