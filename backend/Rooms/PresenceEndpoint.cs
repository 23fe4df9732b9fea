using ChatBackend.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatBackend.Rooms;

/// <summary>
/// Where a page says that somebody is in a room, again and again, and that they leave. Behind a gateway that shares streams nothing else tells:
/// the one stream it has of a room is everybody's.
/// </summary>
internal static class PresenceEndpoint
{
    // A page makes up a name for itself, of the same characters as a room's.
    private const string Page = $"/presence/{{page:{RoomName.ConstraintKey}}}";

    public static void MapPresence(this IEndpointRouteBuilder room)
    {
        room.MapPost(Page, Say);
        room.MapDelete(Page, Leave);
    }

    private static JsonHttpResult<PresenceAnswer> Say(HttpContext context, string room, string page, RoomDirectory rooms, ChatOptions options)
    {
        context.Response.Headers.CacheControl = "no-store";
        var isAsked = options.SharedStreamKey is not null;
        var (here, count, streams) = rooms.Here(room, isAsked ? new PersonPage(context.User.Identity!.Name!, page) : null);
        return TypedResults.Json(
            new PresenceAnswer(here, count, streams, isAsked ? (int)(options.PageLease / 3).TotalMilliseconds : null), ChatJson.Relaxed.PresenceAnswer);
    }

    private static void Leave(HttpContext context, string room, string page, RoomDirectory rooms)
    {
        rooms.Leave(room, new PersonPage(context.User.Identity!.Name!, page));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
