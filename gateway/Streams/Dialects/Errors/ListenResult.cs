using System.Buffers;
using System.Text.Json;
using SseGateway.Protocol;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>
/// How a <c>subscriptions/listen</c> of the Model Context Protocol (2026-07-28, "Subscriptions") ends when its server goes: with the result that says so, upon
/// which the client listens again elsewhere.
/// </summary>
internal static class ListenResult
{
    /// <param name="requestId">The JSON-RPC id of the request, as it stood there, which is the subscription's too.</param>
    public static byte[] Frame(ReadOnlySpan<byte> requestId)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WritePropertyName("id");
            writer.WriteRawValue(requestId);
            writer.WriteStartObject("result");
            writer.WriteString("resultType", "complete");
            writer.WriteStartObject("_meta");
            writer.WritePropertyName("io.modelcontextprotocol/subscriptionId");
            writer.WriteRawValue(requestId);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        var frame = new ArrayBufferWriter<byte>();
        FrameWriter.WriteEvent(frame, json.WrittenSpan);
        return frame.WrittenSpan.ToArray();
    }
}
