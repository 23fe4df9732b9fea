using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatBackend.Messages;
using SseGateway.Protocol;

namespace ChatBackend.Rooms;

/// <summary>The events of a room as bytes of the wire, made once for all of its streams.</summary>
internal static class RoomFrames
{
    /// <summary>An event of the default type, so that <c>onmessage</c> gets it, with the message's number as id.</summary>
    public static ReadOnlyMemory<byte> Message(ChatMessage message) => Make(message, ChatJson.Relaxed.ChatMessage, type: default, message.Id);

    // No id: a cursor counts messages, and these are not stored.
    public static ReadOnlyMemory<byte> Presence(PresenceChange change) => Make(change, ChatJson.Relaxed.PresenceChange, "presence"u8, id: null);

    public static ReadOnlyMemory<byte> Typing(TypingNotice notice) => Make(notice, ChatJson.Relaxed.TypingNotice, "typing"u8, id: null);

    /// <summary>What a stream says when there is nothing to say. An event, since no script sees a comment: a page that hears none knows that its stream is
    /// dead.</summary>
    public static ReadOnlyMemory<byte> Beat { get; } = "event: beat\ndata: {}\n\n"u8.ToArray();

    /// <summary>The first event. Its id is the cursor that the stream starts from, so that a client cut off before the first message resumes here.</summary>
    public static ReadOnlyMemory<byte> Welcome(Streams.Welcome welcome) => Make(welcome, ChatJson.Relaxed.Welcome, "welcome"u8, welcome.After);

    private static ReadOnlyMemory<byte> Make<T>(T value, JsonTypeInfo<T> json, ReadOnlySpan<byte> type, long? id)
    {
        Span<byte> idText = stackalloc byte[20];
        var idLength = 0;
        id?.TryFormat(idText, out idLength, default, CultureInfo.InvariantCulture);

        var data = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var frame = new ArrayBufferWriter<byte>(data.Length + 64);
        FrameWriter.WriteEvent(frame, data, type, id is null ? default : idText[..idLength]);
        return frame.WrittenMemory.ToArray();
    }
}
