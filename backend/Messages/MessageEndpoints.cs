using System.Globalization;
using ChatBackend.Configuration;
using ChatBackend.Problems;

namespace ChatBackend.Messages;

/// <summary>Posting and reading the messages of a room.</summary>
internal static class MessageEndpoints
{
    private const int DefaultPage = 50;
    private const int MaximumKeyLength = 64;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public static void MapMessages(this IEndpointRouteBuilder room)
    {
        room.MapPost("/messages", PostAsync);
        room.MapGet("/messages", ReadAsync);
    }

    private static async Task PostAsync(HttpContext context, string room, MessageWriter writer, ChatOptions options, TimeProvider time)
    {
        var body = await JsonBody.ReadAsync(context, ChatJson.Relaxed.MessageRequest);
        if (body is null)
            return;
        var key = body.ClientId;
        if (context.Request.Headers["Idempotency-Key"] is { Count: > 0 } header)
            key = header.ToString();
        if (Complaint(body.Text, key, options) is { } complaint)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, complaint);
            return;
        }

        // Stored whether or not the client waits for the answer: it cannot know, and the key makes asking again harmless.
        var result = await writer.StoreAsync(new PendingMessage(room, context.User.Identity!.Name!, body.Text!, time.GetUtcNow(), key));
        await AnswerAsync(context, result);
    }

    private static string? Complaint(string? text, string? key, ChatOptions options)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "The text is empty.";
        if (text.Length > options.MaxTextLength)
            return $"The text has more than {options.MaxTextLength} characters.";
        if (text.Contains('\0'))
            return "The text holds a NUL character.";
        if (key is not null && (key.Length is 0 or > MaximumKeyLength || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
            return $"A clientId or Idempotency-Key has 1 to {MaximumKeyLength} visible ASCII characters.";
        return null;
    }

    private static Task AnswerAsync(HttpContext context, PostResult result)
    {
        switch (result.Outcome)
        {
            case PostOutcome.Stored or PostOutcome.AlreadyStored:
                context.Response.StatusCode = StatusCodes.Status201Created;
                if (result.Outcome == PostOutcome.AlreadyStored)
                    context.Response.Headers["Idempotent-Replayed"] = "true";
                return context.Response.WriteAsJsonAsync(result.Message!, ChatJson.Relaxed.ChatMessage, contentType: null, context.RequestAborted);
            case PostOutcome.KeyReused:
                return Problem.WriteAsync(context, StatusCodes.Status422UnprocessableEntity, "This clientId or Idempotency-Key was used for another text.");
            default:
                var detail = result.Outcome switch
                {
                    PostOutcome.QueueFull => "Too many messages wait to be stored.",
                    PostOutcome.Stopping => "The service is stopping.",
                    _ => "The message could not be stored.",
                };
                return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, detail, RetryAfter);
        }
    }

    private static Task ReadAsync(HttpContext context, string room, MessageStore store, ChatOptions options, TimeProvider time)
    {
        var limit = Number(context.Request, "limit", DefaultPage);
        var after = Number(context.Request, "after", fallback: null);
        var before = Number(context.Request, "before", fallback: null);
        if (limit is not (>= 1 and var count) || count > options.HistoryLimit)
            return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, $"limit is a number from 1 to {options.HistoryLimit}.");
        if (after < 0 || before < 0)
            return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "after and before are message numbers.");
        if (after is not null && before is not null)
            return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "after and before exclude each other.");

        // One more than asked for tells whether there are more.
        var messages = after is { } first ? store.ReadAfter(room, first, (int)count + 1) : store.ReadBefore(room, before ?? long.MaxValue, (int)count + 1);
        var more = messages.Count > count;
        if (more)
            messages.RemoveAt(after is null ? 0 : messages.Count - 1);
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new HistoryPage(messages, more, store.Epoch, time.GetUtcNow()), ChatJson.Relaxed.HistoryPage, contentType: null, context.RequestAborted);
    }

    /// <summary>The number in the query, <paramref name="fallback"/> when there is none, -1 when it is no number.</summary>
    private static long? Number(HttpRequest request, string name, long? fallback)
    {
        if (request.Query[name] is not { Count: > 0 } text)
            return fallback;
        return long.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }
}
