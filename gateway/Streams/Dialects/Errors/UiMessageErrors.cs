using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>The AI SDK's UI message stream: an <c>error</c> part, which is the chat's error. It shows its user the body of a refusal as it is.</summary>
internal sealed class UiMessageErrors : ErrorForm
{
    public override bool HasBody => false;

    public override void WriteBody(Utf8JsonWriter json, int status, StreamError error) => Write(json, error);

    protected override bool TryWriteEvent(Utf8JsonWriter json, StreamError error, in StreamProgress progress)
    {
        Write(json, error);
        return true;
    }

    private static void Write(Utf8JsonWriter json, StreamError error)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteString("errorText", $"{error.Message} ({error.Code})");
        json.WriteEndObject();
    }
}
