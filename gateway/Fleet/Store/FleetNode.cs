using System.Text.Json;

namespace SseGateway.Fleet.Store;

/// <summary>What a gateway says of itself to the others, once a second.</summary>
/// <param name="Id">Of the process.</param>
/// <param name="Name">As operators call it.</param>
/// <param name="Clients">Its live streams.</param>
/// <param name="Streams">The shared streams that it has.</param>
/// <param name="Leads">Those of them whose upstream it has.</param>
/// <param name="Draining">True when it is going down.</param>
/// <param name="Answers">The answers that it keeps.</param>
internal sealed record FleetNode(string Id, string Name, int Clients, int Streams, int Leads, bool Draining, int Answers = 0)
{
    /// <returns>Null for what no gateway of this version has said.</returns>
    public static FleetNode? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<FleetNode>(json, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);
}
