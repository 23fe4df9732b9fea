using System.Text.Json;

namespace SseGateway.Streams.Dialects;

/// <summary>The id by which a call of JSON-RPC is answered.</summary>
internal static class JsonRpcId
{
    /// <summary>The name it stands under (JSON-RPC 2.0, 4).</summary>
    public static byte[] Name { get; } = "id"u8.ToArray();

    /// <summary>As the client has written it, to be written again.</summary>
    /// <param name="peek">What was seen of the request's body; null for nothing.</param>
    /// <returns>Null for what has none, or what is neither a text nor a number.</returns>
    public static ReadOnlyMemory<byte>? Of(RequestPeek? peek) => peek?.Value is { } value && IsValid(value.Span) ? value : null;

    private static bool IsValid(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Number && reader.BytesConsumed == json.Length && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
