using System.Net;
using System.Net.Sockets;

namespace SseGateway.Configuration.Syntax;

/// <summary>Networks in CIDR notation, or single addresses.</summary>
internal static class NetworkSyntax
{
    /// <summary>Host bits below the prefix are an error: 10.1.2.3/8 is more likely a slip than a network.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(text, out network);
        }

        // IPAddress.Parse takes "1" and "10.1" for addresses.
        if (!IPAddress.TryParse(text, out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') != 3))
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }
}
