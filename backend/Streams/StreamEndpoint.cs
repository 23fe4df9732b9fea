using ChatBackend.Configuration;
using ChatBackend.Identity;
using ChatBackend.Messages;
using ChatBackend.Rooms;
using Microsoft.AspNetCore.Http.Features;

namespace ChatBackend.Streams;

/// <summary>Opens streams.</summary>
internal static partial class StreamEndpoint
{
    public static void MapStreams(this IEndpointRouteBuilder room) => room.MapGet("/events", RunAsync);

    private static async Task RunAsync(
        HttpContext context, string room, RoomDirectory rooms, MessageStore store, ChatOptions options, TimeProvider time,
        IHostApplicationLifetime lifetime, ILogger<RoomStream> logger)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        // nginx holds events back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        LogOpened(logger, room);
        var stream = new RoomStream(context, context.User.Identity!.Name, ChatAuthentication.CredentialExpiry(context), options, store, time);
        // RequestAborted comes only after the shutdown timeout: without this, open streams would hold Ctrl+C up until then.
        // A client that reconnects while the service stops gets its retry time and a clean end; anything but 200 would stop its EventSource for good.
        await using var stopping = lifetime.ApplicationStopping.UnsafeRegister(static s => ((RoomStream)s!).Close(StreamEnd.Drained), stream);
        var end = await stream.RunAsync(rooms, room, ResumeCursor.From(context.Request));
        LogEnded(logger, room, end);
    }

    [LoggerMessage(2, LogLevel.Debug, "A stream of room {Room} opens")]
    private static partial void LogOpened(ILogger logger, string room);

    [LoggerMessage(1, LogLevel.Debug, "A stream of room {Room} ended: {End}")]
    private static partial void LogEnded(ILogger logger, string room, StreamEnd end);
}
