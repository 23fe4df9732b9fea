using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ChatBackend.Problems;

/// <summary>Reads a JSON request body, or answers with the problem.</summary>
internal static class JsonBody
{
    /// <summary>The body, or null after a problem response was written: 415 wrong type, 413 too large, 400 not the JSON that was expected.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        // A form or text/plain post needs no CORS preflight, so another site's page could send one: only JSON is read.
        if (!context.Request.HasJsonContentType())
        {
            await Problem.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
            return null;
        }

        try
        {
            var body = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            if (body is not null)
                return body;
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The body must be a JSON object.");
        }
        catch (JsonException)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The body is not the JSON object that is expected here.");
        }
        catch (BadHttpRequestException e)
        {
            await Problem.WriteAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is too large." : null);
        }

        return null;
    }
}
