using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadTests.Workers;

internal static class WorkerJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Write<T>(T line) => JsonSerializer.Serialize(line, Options);

    /// <exception cref="JsonException">It is no such line.</exception>
    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("a line of null");
}
