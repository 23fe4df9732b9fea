using System.Text.Json.Serialization;

namespace SseGateway.Harness.Scripts;

/// <summary>Bytes as a case file writes them: a text with escapes, a piece, or a list of pieces.</summary>
[JsonConverter(typeof(ScriptBytesConverter))]
internal sealed class ScriptBytes(IReadOnlyList<ScriptPiece> pieces)
{
    /// <summary>Made anew at each call: large ones are not kept.</summary>
    public byte[] Bytes => pieces is [var one] ? one.ToBytes() : [.. pieces.SelectMany(piece => piece.ToBytes())];
}
