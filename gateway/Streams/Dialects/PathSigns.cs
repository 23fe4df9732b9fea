using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Settings;

namespace SseGateway.Streams.Dialects;

/// <summary>Signs of an SDK in what is asked for, and by whom.</summary>
internal static class PathSigns
{
    private const string SignalRAgent = "Microsoft SignalR/";

    /// <summary>The dialect of the services of models, by their paths, wherever they are mounted.</summary>
    public static Dialect Of(HttpRequest request)
    {
        var path = request.Path.Value.AsSpan().TrimEnd('/');
        if (HttpMethods.IsPost(request.Method))
        {
            return Ends(path, "/v1/messages") || request.Headers.ContainsKey("anthropic-version") ? Dialect.Anthropic
                : Ends(path, "/completions") ? Dialect.OpenAI
                : Ends(path, "/responses") ? Dialect.OpenAIResponses
                : Dialect.None;
        }

        // A response that is made in the background is read by GET /responses/{id}?stream=true.
        return HttpMethods.IsGet(request.Method) && Ends(path[..Math.Max(0, path.LastIndexOf('/'))], "/responses")
            && QuerySigns.Has(request.QueryString.Value, "stream", "true")
            ? Dialect.OpenAIResponses
            : Dialect.None;
    }

    /// <summary>True for the event-stream transport of SignalR outside of browsers, whose EventSource sends no field of a page's choice.</summary>
    public static bool IsSignalR(HttpRequest request) =>
        (Begins(request.Headers.UserAgent) || Begins(request.Headers["X-SignalR-User-Agent"])) && QuerySigns.Has(request.QueryString.Value, "id");

    private static bool Begins(StringValues agent) =>
        agent is [{ } text, ..] && text.AsSpan().TrimStart(' ').StartsWith(SignalRAgent, StringComparison.Ordinal);

    private static bool Ends(ReadOnlySpan<char> path, string end) => path.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
