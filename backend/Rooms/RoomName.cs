namespace ChatBackend.Rooms;

/// <summary>What a room may be called: <c>[A-Za-z0-9_-]{1,64}</c>. Anything else is no room, and 404.</summary>
internal sealed class RoomName : IRouteConstraint
{
    public const string ConstraintKey = "room";
    private const int MaximumLength = 64;

    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaximumLength)
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                return false;
        }

        return true;
    }

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        IsValid(values[routeKey] as string);
}
