using System.Text;
using SseGateway.Transport.Http;

namespace SseGateway.Sharing;

/// <summary>The last event id a client has: the header, else the query, as bytes.</summary>
internal static class ClientCursor
{
    public static byte[] Of(HttpRequest request, QueryNames names)
    {
        // Header values are one character a byte here.
        var text = request.Headers[QueryCursor.Header].ToString();
        return text.Length > 0 || QueryCursor.TryRead(request.QueryString, names, out text) ? Encoding.Latin1.GetBytes(text) : [];
    }
}
