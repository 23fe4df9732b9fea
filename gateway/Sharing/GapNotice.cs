using System.Buffers;
using System.Text.Json;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;

namespace SseGateway.Sharing;

/// <summary><c>gateway.gap</c>: events are missing.</summary>
internal static class GapNotice
{
    /// <param name="output">Receives the frame.</param>
    /// <param name="after">The last id before the gap; null when it is not known.</param>
    /// <param name="resumedAt">The first id that follows; null when it has not come yet.</param>
    /// <param name="reason">Why.</param>
    public static void Write(IBufferWriter<byte> output, string? after, string? resumedAt, GapReason reason)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("after", after);
            writer.WriteString("resumedAt", resumedAt);
            writer.WriteString("reason", Word(reason));
            writer.WriteEndObject();
        }

        FrameWriter.WriteEvent(output, json.WrittenSpan, "gateway.gap"u8, default);
    }

    public static string Word(GapReason reason) => reason switch
    {
        GapReason.Expired => "expired",
        GapReason.Epoch => "epoch",
        GapReason.Upstream => "upstream",
        _ => "unknown",
    };
}
