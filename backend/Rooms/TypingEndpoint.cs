namespace ChatBackend.Rooms;

/// <summary>Says that somebody is typing. Lossy on purpose: it is worth nothing a few seconds later.</summary>
internal static class TypingEndpoint
{
    public static void MapTyping(this IEndpointRouteBuilder room) => room.MapPost("/typing", Typing);

    private static void Typing(HttpContext context, string room, RoomDirectory rooms)
    {
        rooms.Typing(room, context.User.Identity!.Name!);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
