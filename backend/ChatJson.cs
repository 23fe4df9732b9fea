using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatBackend.Identity;
using ChatBackend.Messages;
using ChatBackend.Problems;
using ChatBackend.Rooms;
using ChatBackend.Streams;

namespace ChatBackend;

/// <summary>Every JSON shape of the service.</summary>
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginResponse))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(PresenceAnswer))]
[JsonSerializable(typeof(PresenceChange))]
[JsonSerializable(typeof(TypingNotice))]
[JsonSerializable(typeof(Welcome))]
internal sealed partial class ChatJson : JsonSerializerContext
{
    /// <summary>Leaves non-ASCII text as it is: answers carry a JSON type and nosniff, so nothing is ever read as HTML, and text stays a third of the
    /// size.</summary>
    public static ChatJson Relaxed { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
