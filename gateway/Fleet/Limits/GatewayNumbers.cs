using System.Text.Json;
using SseGateway.Streams.Limits;

namespace SseGateway.Fleet.Limits;

/// <summary>What a gateway says of its streams, once a second.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Routes">Of each route that has a limit, by its id.</param>
internal sealed record GatewayNumbers(int Total, Dictionary<string, int> Routes)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Adds them up. What no gateway of this version has said counts as nothing.</summary>
    public static StreamNumbers Sum(IEnumerable<byte[]> said)
    {
        var (total, routes) = (0, new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase));
        foreach (var numbers in said.Select(Parse).OfType<GatewayNumbers>())
        {
            total += numbers.Total;
            foreach (var (route, count) in numbers.Routes)
            {
                routes[route] = routes.GetValueOrDefault(route) + count;
            }
        }

        return new StreamNumbers(total, routes);
    }

    private static GatewayNumbers? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<GatewayNumbers>(json, JsonSerializerOptions.Web) is { Routes: not null } numbers ? numbers : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
