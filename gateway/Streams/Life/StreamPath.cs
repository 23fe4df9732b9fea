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
    public static string Of(HttpContext context) => Template(context.GetEndpoint()) ?? LogText.Of(LogText.Path(context));

    /// <inheritdoc cref="Of(HttpContext)"/>
    /// <param name="endpoint">The route's.</param>
    /// <param name="path">As the client wrote it.</param>
    public static string Of(Endpoint? endpoint, string path) => Template(endpoint) ?? LogText.Of(path);

    private static string? Template(Endpoint? endpoint) => Template((endpoint as RouteEndpoint)?.RoutePattern);

    private static string? Template(RoutePattern? pattern) =>
        pattern?.RawText is not { Length: > 0 } text || pattern.Parameters.Any(parameter => parameter.IsCatchAll) ? null
        : text[0] == '/' ? text
        : "/" + text;
}
