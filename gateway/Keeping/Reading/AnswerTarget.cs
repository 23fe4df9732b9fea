namespace SseGateway.Keeping.Reading;

/// <summary>Which kept answer a request is about.</summary>
/// <param name="Answer">This gateway's; null when it has none with the id that was given.</param>
/// <param name="Card">Of another gateway's; null for none.</param>
/// <param name="Node">Another gateway that may have it, when nobody can say whether it does; null for none.</param>
internal sealed record AnswerTarget(KeptAnswer? Answer, AnswerCard? Card, string? Node)
{
    public static readonly AnswerTarget None = new(null, null, null);

    /// <summary>The same for somebody who has been let in on a route: what is somebody else's, or another route's, is as if it were not there.</summary>
    public AnswerTarget For(string? subject, string? routeId) =>
        (Answer?.Owner.RouteId ?? Card?.RouteId) is not { } route
            || (string.Equals(route, routeId, StringComparison.OrdinalIgnoreCase) && (Answer?.Owner.Admits(subject) ?? Card!.Admits(subject))) ? this : None;
}
