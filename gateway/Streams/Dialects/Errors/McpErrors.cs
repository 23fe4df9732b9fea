using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>
/// The Model Context Protocol: an error response of JSON-RPC. In a stream it has to have the id of the request that the stream answers, without which its
/// client would wait on; as the body of an answer, which stands for that request, it need not.
/// </summary>
internal sealed class McpErrors : ErrorForm
{
    // JSON-RPC 2.0, 5.1: for the server to define.
    private const int ServerError = -32000;

    public override void WriteBody(Utf8JsonWriter json, int status, StreamError error) => Write(json, error, "null"u8);

    protected override bool TryWriteEvent(Utf8JsonWriter json, StreamError error, in StreamProgress progress)
    {
        if (progress.RequestId is not { } id)
        {
            return false;
        }

        Write(json, error, id.Span);
        return true;
    }

    private static void Write(Utf8JsonWriter json, StreamError error, ReadOnlySpan<byte> id)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        json.WriteRawValue(id);
        json.WriteStartObject("error");
        json.WriteNumber("code", ServerError);
        json.WriteString("message", error.Message);
        json.WriteStartObject("data");
        json.WriteString("reason", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
