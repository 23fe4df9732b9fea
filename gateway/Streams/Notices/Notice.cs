using System.Buffers;
using System.Text.Json;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;

namespace SseGateway.Streams.Notices;

/// <summary>Events that the gateway itself puts into a stream. They carry no id, so that they never move a client's cursor.</summary>
internal static class Notice
{
    /// <summary>A lone <c>retry</c>: how long an EventSource is to wait before it comes back, whenever it loses the stream.</summary>
    public static byte[] Retry(TimeSpan wait)
    {
        var frame = new ArrayBufferWriter<byte>();
        FrameWriter.WriteRetry(frame, (int)Math.Min(wait.TotalMilliseconds, int.MaxValue));
        return frame.WrittenSpan.ToArray();
    }

    /// <summary><c>gateway.expiring</c>: the credential ends, and the stream with it.</summary>
    /// <param name="end">When.</param>
    /// <param name="left">How long it is until then.</param>
    /// <param name="dialect">To whom it is said. The AI SDK's stream has a place for data of others, and throws at any other event.</param>
    public static byte[] Expiring(DateTimeOffset end, TimeSpan left, Dialect dialect = Dialect.None)
    {
        var isPart = dialect == Dialect.UiMessages;
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (isPart)
            {
                writer.WriteString("type", "data-gateway-expiring");
                writer.WriteBoolean("transient", true);
                writer.WriteStartObject("data");
            }

            writer.WriteString("expiresAt", end.UtcDateTime);
            writer.WriteNumber("inMs", (long)left.TotalMilliseconds);
            writer.WriteEndObject();
            if (isPart)
            {
                writer.WriteEndObject();
            }
        }

        var frame = new ArrayBufferWriter<byte>();
        FrameWriter.WriteEvent(frame, json.WrittenSpan, isPart ? default : "gateway.expiring"u8, default);
        return frame.WrittenSpan.ToArray();
    }
}
