using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>
/// OpenAI's errors: one <c>error</c> object, in a chat stream as the data of an event without a type, at which its SDKs stop reading and raise an APIError.
/// </summary>
internal class OpenAIErrors : ErrorForm
{
    public override void WriteBody(Utf8JsonWriter json, int status, StreamError error) => Write(json, error, Type(status));

    protected override bool TryWriteEvent(Utf8JsonWriter json, StreamError error, in StreamProgress progress)
    {
        Write(json, error, "server_error");
        return true;
    }

    private static void Write(Utf8JsonWriter json, StreamError error, string type)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", type);
        json.WriteNull("param");
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Type(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        < StatusCodes.Status500InternalServerError => "invalid_request_error",
        _ => "server_error",
    };
}
