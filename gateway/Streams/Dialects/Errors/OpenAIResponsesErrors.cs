using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>
/// Errors in OpenAI's stream of a response: an event of the type <c>error</c>, numbered as all are. Of the forms in use it is the one at which the SDKs for
/// JavaScript and .NET and the AI SDK all raise an error.
/// </summary>
internal sealed class OpenAIResponsesErrors : OpenAIErrors
{
    protected override ReadOnlySpan<byte> EventType => "error"u8;

    protected override bool TryWriteEvent(Utf8JsonWriter json, StreamError error, in StreamProgress progress)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteNull("param");
        json.WriteNumber("sequence_number", (progress.Sequence ?? -1) + 1);
        json.WriteEndObject();
        return true;
    }
}
