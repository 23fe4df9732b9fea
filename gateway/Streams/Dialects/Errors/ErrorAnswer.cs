using System.Buffers;
using System.Net.Mime;
using System.Text.Json;

namespace SseGateway.Streams.Dialects.Errors;

/// <summary>
/// The body of an answer of the gateway's own that is no success: the JSON of the dialect's errors, which its SDK shows to its user, and for everybody else
/// problem details (RFC 9457).
/// </summary>
internal static class ErrorAnswer
{
    /// <summary>Writes status and body; other fields are set before.</summary>
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="status">The status; a dialect may have another one for it.</param>
    /// <param name="error">What is said; its message is the problem's title.</param>
    /// <param name="detail">More for problem details; null for none.</param>
    /// <param name="reason">A member of problem details; null for none.</param>
    public static Task WriteAsync(HttpContext context, int status, StreamError error, string? detail = null, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (ErrorForm.Of(DialectSigns.Of(context)) is { HasBody: true } form)
        {
            return WriteAsync(context, form, form.Status(status), error);
        }

        var extensions = reason is null ? null : new Dictionary<string, object?> { ["reason"] = reason };
        return Results.Problem(title: error.Message, detail: detail, statusCode: status, extensions: extensions).ExecuteAsync(context);
    }

    private static async Task WriteAsync(HttpContext context, ErrorForm form, int status, StreamError error)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body))
        {
            form.WriteBody(json, status, error);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
