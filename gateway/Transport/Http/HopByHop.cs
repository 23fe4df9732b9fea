using System.Net.Http.Headers;

namespace SseGateway.Transport.Http;

/// <summary>
/// Removes the fields that a Connection header names (RFC 9110 section 7.6.1). YARP removes a fixed list only.
/// </summary>
internal static class HopByHop
{
    /// <summary>Runs before anything of our own is added to the request, so that a client cannot name a header of ours away.</summary>
    public static void RemoveFromRequest(HttpRequest request)
    {
        foreach (var line in request.Headers.Connection)
        {
            Remove(request.Headers, line);
        }
    }

    public static void RemoveFromResponse(HttpResponseMessage upstream, HttpResponse response)
    {
        if (upstream.Headers.NonValidated.TryGetValues("Connection", out HeaderStringValues lines))
        {
            foreach (var line in lines)
            {
                Remove(response.Headers, line);
            }
        }
    }

    private static void Remove(IHeaderDictionary headers, string? line)
    {
        foreach (var range in line.AsSpan().Split(','))
        {
            var name = line.AsSpan(range).Trim(" \t");
            if (IsNamed(name))
            {
                headers.Remove(name.ToString());
            }
        }
    }

    // Not the connection options that are no field names, nor the fields that frame the message. Nor what a proxy in front of us says
    // about its client: a client whose Connection field such a proxy passes on could name it away, and would then count as the proxy.
    private static bool IsNamed(ReadOnlySpan<char> name) =>
        !name.IsEmpty
        && !name.Equals("close", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("host", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase);
}
