using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace SseGateway.Transport.Http;

/// <summary>
/// The mark that each hop leaves in a request (RFC 9110 section 7.6.3), by which a request that comes back to this gateway is known. Responses do not carry
/// it: the service is told, and clients are not.
/// </summary>
internal sealed class Via
{
    public const string Field = "Via";

    // What all gateways of this kind begin with.
    private const string Start = "sse-gateway-";

    // Nobody has more in a row.
    private const int MostHops = 16;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private readonly string _pseudonym = Start + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>True when the request has been here. The pseudonym is in nothing else: where in the list it stands need not be read.</summary>
    public bool HasBeenHere(StringValues lines)
    {
        foreach (var line in lines)
        {
            if (line?.Contains(_pseudonym, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What this gateway adds behind those that are there.</summary>
    /// <param name="protocol">The protocol in which the request has come, e.g. <c>HTTP/1.1</c>.</param>
    public string Of(string protocol)
    {
        var version = HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp3(protocol) ? "3" : HttpProtocol.IsHttp10(protocol) ? "1.0" : "1.1";
        return $"{version} {_pseudonym}";
    }

    /// <summary>The gateways of this kind among the hops, for a request that is made for several clients: it says nothing else of one of them.</summary>
    public static StringValues Gateways(StringValues lines)
    {
        var hops = new List<string>();
        foreach (var line in lines)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var hop = line.AsSpan(range).Trim();
                var name = hop[(hop.IndexOf(' ') + 1)..].TrimStart();
                if (hops.Count < MostHops && name.Length == Start.Length + 16 && name.StartsWith(Start, StringComparison.Ordinal)
                    && !name[Start.Length..].ContainsAnyExcept(Hex))
                {
                    hops.Add($"1.1 {name}");
                }
            }
        }

        return hops.Count == 0 ? StringValues.Empty : string.Join(", ", hops);
    }
}
