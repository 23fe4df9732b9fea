using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>Anthropic's errors: the same object in an event of the type <c>error</c> and as the body of an answer.</summary>
internal sealed class AnthropicErrors : ErrorForm
{
    // Anthropic's own for "overloaded".
    private const int Overloaded = 529;

    protected override ReadOnlySpan<byte> EventType => "error"u8;

    public override int Status(int status) => status == StatusCodes.Status503ServiceUnavailable ? Overloaded : status;

    public override void WriteBody(Utf8JsonWriter json, int status, StreamError error) => Write(json, error, Type(status));

    protected override bool TryWriteEvent(Utf8JsonWriter json, StreamError error, in StreamProgress progress)
    {
        Write(json, error, "overloaded_error");
        return true;
    }

    private static void Write(Utf8JsonWriter json, StreamError error, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", type);
        json.WriteString("message", $"{error.Message} ({error.Code})");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Type(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        Overloaded => "overloaded_error",
        StatusCodes.Status504GatewayTimeout => "timeout_error",
        < StatusCodes.Status500InternalServerError => "invalid_request_error",
        _ => "api_error",
    };
}
