using Microsoft.AspNetCore.Routing.Patterns;
using SseGateway.Transport.Http;

namespace SseGateway.Streams.Life;

/// <summary>What a stream was asked for by, for operators.</summary>
internal static class StreamPath
{
    /// <summary>
    /// The template of the route, such as <c>/rooms/{room}/events</c>: it is one text for all its streams, and holds nothing that a client has chosen. A
    /// template with a catch-all in it says too little; then it is the path as the client wrote it, cut when it is long, since it is kept for as long as
    /// the stream.
    /// </summary>
    public static string Of(HttpContext context) => Template((context.GetEndpoint() as RouteEndpoint)?.RoutePattern) ?? LogText.Of(LogText.Path(context));

    private static string? Template(RoutePattern? pattern) =>
        pattern?.RawText is not { Length: > 0 } text || pattern.Parameters.Any(parameter => parameter.IsCatchAll) ? null
        : text[0] == '/' ? text
        : "/" + text;
}
