using System.Text.Json;

namespace Gateway.Tests.Relay;

/// <summary>The bodies of catalogue groups 1 and 2 (parse-cases.json beside the protocol tests), by case id.</summary>
internal static class ParseCases
{
    private static readonly Dictionary<string, byte[]> Bodies = Read();

    public static IEnumerable<string> Ids => Bodies.Keys;

    public static byte[] Body(string id) => Bodies[id];

    private static Dictionary<string, byte[]> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "parse-cases.json"));
        using var cases = JsonDocument.Parse(file);
        return cases.RootElement.EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!, ReadBody);
    }

    private static byte[] ReadBody(JsonElement c)
        => c.GetProperty("hex").GetString() is { } hex
            ? Convert.FromHexString(hex)
            : [.. c.GetProperty("segments").EnumerateArray().SelectMany(ReadSegment)];

    // Large bodies have no "hex": their segments are hex, { repeat, count }, or the mark of an ending.
    private static IEnumerable<byte> ReadSegment(JsonElement segment) => segment.ValueKind switch
    {
        JsonValueKind.Object => Enumerable.Repeat(
            Convert.FromHexString(segment.GetProperty("repeat").GetString()!), segment.GetProperty("count").GetInt32()).SelectMany(b => b),
        _ when segment.GetString() == "<FIN>" => [],
        _ => Convert.FromHexString(segment.GetString()!),
    };
}
