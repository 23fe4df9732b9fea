using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>AG-UI: <c>RUN_ERROR</c>, which ends a run. It shows its user the body of a refusal as it is.</summary>
internal sealed class AgUiErrors : ErrorForm
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
        json.WriteString("type", "RUN_ERROR");
        json.WriteString("message", error.Message);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
    }
}
