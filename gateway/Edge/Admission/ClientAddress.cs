using System.Net;
using Microsoft.Extensions.Primitives;

namespace SseGateway.Edge.Admission;

/// <summary>Finds the address of the client behind the proxies in front of us.</summary>
internal static class ClientAddress
{
    /// <summary>
    /// The peer, unless it is a trusted proxy. Then <c>X-Forwarded-For</c> is walked from the right, where the nearest proxy has written:
    /// the first address that is not a trusted proxy's is the client. Everything to the left of it is the client's own claim. What
    /// cannot be read ends the walk at the last address a trusted proxy vouched for.
    /// </summary>
    /// <param name="peer">The other end of the connection; null on a Unix socket.</param>
    /// <param name="forwardedFor">The <c>X-Forwarded-For</c> lines. <c>Forwarded</c> and <c>X-Real-IP</c> are never believed.</param>
    /// <param name="trusted">Networks of the proxies.</param>
    public static IPAddress? Resolve(IPAddress? peer, StringValues forwardedFor, IReadOnlyList<IPNetwork> trusted)
    {
        var address = Unmap(peer);
        if (address is null || trusted.Count == 0)
        {
            return address;
        }

        for (var line = forwardedFor.Count - 1; line >= 0; line--)
        {
            var rest = forwardedFor[line].AsSpan();
            while (true)
            {
                if (!IsTrusted(address, trusted))
                {
                    return address;
                }

                var comma = rest.LastIndexOf(',');
                if (Parse(rest[(comma + 1)..].Trim()) is not { } hop)
                {
                    return address;
                }

                address = hop;
                if (comma < 0)
                {
                    break;
                }

                rest = rest[..comma];
            }
        }

        return address;
    }

    public static bool IsTrusted(IPAddress? peer, IReadOnlyList<IPNetwork> trusted)
    {
        if (Unmap(peer) is { } address)
        {
            foreach (var network in trusted)
            {
                if (network.Contains(address))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Some proxies write the port too: 192.0.2.1:4711, [2001:db8::1]:4711.
    private static IPAddress? Parse(ReadOnlySpan<char> text)
    {
        if (text is ['[', ..] && text.IndexOf(']') is > 0 and var end)
        {
            text = text[1..end];
        }
        else if (text.Count(':') == 1)
        {
            text = text[..text.IndexOf(':')];
        }

        var digitsOnly = !text.Contains('.') && !text.Contains(':');
        return !digitsOnly && IPAddress.TryParse(text, out var address) ? Unmap(address) : null;
    }

    private static IPAddress? Unmap(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
