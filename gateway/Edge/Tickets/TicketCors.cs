using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Cors;
using SseGateway.Edge.Cors;

namespace SseGateway.Edge.Tickets;

/// <summary>
/// Which pages may ask for tickets: those that may use a route that takes them. The path belongs to no route, so the page's origin picks
/// whose settings hold.
/// </summary>
internal sealed class TicketCors
{
    private static readonly RouteFeature None = new(RouteId: null, new RouteSettings());

    private readonly RouteFeature[] _features;

    /// <param name="realms">Those that take tickets.</param>
    public TicketCors(IReadOnlyList<TicketRealm> realms) => _features =
    [
        // Where an origin may do more on one route than on another, the credential can be a cookie.
        .. realms.SelectMany(realm => realm.Routes).Select(route => route.Cors).Where(cors => cors.Owned)
            .Distinct<CorsSettings>(ReferenceEqualityComparer.Instance).OrderByDescending(cors => cors.AllowCredentials)
            .Select(cors => new RouteFeature(RouteId: null, new RouteSettings { Cors = ForTickets(cors, realms) })),
    ];

    /// <summary>What <see cref="CorsMiddleware"/> is to go by.</summary>
    public RouteFeature For(HttpRequest request) =>
        (request.Headers.Origin is [{ } origin] ? Array.Find(_features, feature => feature.Settings.Cors.Allows(origin)) : null)
        ?? _features.FirstOrDefault() ?? None;

    // What the path takes is ours to know, whatever the routes do.
    private static CorsSettings ForTickets(CorsSettings cors, IReadOnlyList<TicketRealm> realms) => cors with
    {
        Methods = ["POST"],
        Headers =
        [
            .. cors.Headers.Concat(["Authorization", "Content-Type"])
                .Concat(realms.Where(realm => realm.Authentication.ApiKeys.Configured).Select(realm => realm.Authentication.ApiKeys.Header))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ],
    };
}
