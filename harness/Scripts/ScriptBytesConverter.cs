using System.Text.Json;
using System.Text.Json.Serialization;

namespace SseGateway.Harness.Scripts;

/// <summary>Reads <see cref="ScriptBytes"/>.</summary>
internal sealed class ScriptBytesConverter : JsonConverter<ScriptBytes>
{
    public override ScriptBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return new ScriptBytes(
            root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(item => Piece(item, options))] : [Piece(root, options)]);
    }

    public override void Write(Utf8JsonWriter writer, ScriptBytes value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static ScriptPiece Piece(JsonElement item, JsonSerializerOptions options) =>
        item.ValueKind == JsonValueKind.String ? new ScriptPiece { Text = item.GetString() } : item.Deserialize<ScriptPiece>(options)!;
}
