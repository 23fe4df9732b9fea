using System.Buffers;
using System.Text.Json;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>
/// How a dialect says that something went wrong: the frame after which its SDK raises an error of its own, and the JSON body of an answer that is no
/// stream. Never a finish: what follows the frame is a cut.
/// </summary>
internal abstract class ErrorForm
{
    private static readonly OpenAIErrors OpenAI = new();
    private static readonly OpenAIResponsesErrors OpenAIResponses = new();
    private static readonly AnthropicErrors Anthropic = new();
    private static readonly UiMessageErrors UiMessages = new();
    private static readonly AgUiErrors AgUi = new();
    private static readonly McpErrors Mcp = new();

    /// <summary>A dialect's; null where none is known, and a cut has to say all.</summary>
    public static ErrorForm? Of(Dialect dialect) => dialect switch
    {
        Dialect.OpenAI => OpenAI,
        Dialect.OpenAIResponses => OpenAIResponses,
        Dialect.Anthropic => Anthropic,
        Dialect.UiMessages => UiMessages,
        Dialect.AgUi => AgUi,
        Dialect.Mcp => Mcp,
        _ => null,
    };

    /// <summary>The type of its events; empty for the default one.</summary>
    protected virtual ReadOnlySpan<byte> EventType => default;

    /// <summary>True when its SDK shows its user the JSON body of a refusal; problem details are as good for others.</summary>
    public virtual bool HasBody => true;

    /// <summary>The last frame of a stream that the gateway ends, with LF for line ends; null when nothing can be said.</summary>
    public byte[]? Frame(StreamError error, in StreamProgress progress)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            if (!TryWriteEvent(writer, error, progress))
            {
                return null;
            }
        }

        var frame = new ArrayBufferWriter<byte>();
        FrameWriter.WriteEvent(frame, json.WrittenSpan, EventType, default);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>The status in this dialect.</summary>
    /// <param name="status">That of HTTP.</param>
    public virtual int Status(int status) => status;

    /// <summary>Writes the JSON body of an answer that is no stream.</summary>
    /// <param name="json">An object's place.</param>
    /// <param name="status">The answer's.</param>
    /// <param name="error">What it says.</param>
    public abstract void WriteBody(Utf8JsonWriter json, int status, StreamError error);

    /// <summary>Writes what the error frame carries.</summary>
    /// <returns>False when nothing can be said; nothing has been written then.</returns>
    protected abstract bool TryWriteEvent(Utf8JsonWriter json, StreamError error, in StreamProgress progress);
}
