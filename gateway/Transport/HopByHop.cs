using System.Net.Http.Headers;

namespace SseGateway.Transport;

/// <summary>
/// Removes the fields that a Connection header names (RFC 9110 section 7.6.1). YARP removes a fixed list only.
/// </summary>
internal static class HopByHop
{
    /// <summary>Runs before anything of our own is added to the request, so that a client cannot name a header of ours away.</summary>
    public static void RemoveFromRequest(HttpRequest request)
    {
        var connection = request.Headers.Connection;
        if (connection.Count == 0)
        {
            return;
        }

        foreach (var line in connection)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var name = line.AsSpan(range).Trim(" \t");
                if (IsNamed(name))
                {
                    request.Headers.Remove(name.ToString());
                }
            }
        }
    }

    public static void RemoveFromResponse(HttpResponseMessage upstream, HttpResponse response)
    {
        if (!upstream.Headers.NonValidated.TryGetValues("Connection", out HeaderStringValues lines))
        {
            return;
        }

        foreach (var line in lines)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var name = line.AsSpan(range).Trim(" \t");
                if (IsNamed(name))
                {
                    response.Headers.Remove(name.ToString());
                }
            }
        }
    }

    // The connection options that are no field names, and the fields that frame the message and cannot be named away.
    private static bool IsNamed(ReadOnlySpan<char> name) =>
        !name.IsEmpty
        && !name.Equals("close", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("host", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase);
}
