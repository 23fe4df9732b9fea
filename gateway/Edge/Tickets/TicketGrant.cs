using System.Security.Claims;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Configuration.Settings.Cors;
using SseGateway.Edge.Authentication;

namespace SseGateway.Edge.Tickets;

/// <summary>What a ticket is good for.</summary>
/// <param name="Route">A route that has accepted the credential, as it was then.</param>
/// <param name="Caller">Who it says it is.</param>
/// <param name="Identity">The claims, without the credential they were read from.</param>
/// <param name="EndsAt">When the credential ends, or the lease of one that does not.</param>
internal sealed record TicketGrant(RouteSettings Route, Caller Caller, ClaimsIdentity Identity, DateTimeOffset EndsAt)
{
    /// <summary>
    /// True when the route would accept the credential, as far as can be told without it: it asks what the other one asked. Settings are
    /// compared by what they say, so that tickets outlive a reload that does not concern them.
    /// </summary>
    public bool IsGoodFor(RouteSettings route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var asks = route.Authentication;
        return asks.TakesTickets
            && (Caller.Kind == CallerKind.ApiKey ? asks.ApiKeys.Keys.Any(key => key.Id == Caller.KeyId) : asks.Jwt == Route.Authentication.Jwt)
            && Carries(asks.Carriers, Route.Authentication.Carriers)
            && Scopes.Hold(Identity, asks.RequiredScopes)
            && AllowsPages(route.Cors);
    }

    // It may have come in a cookie, which counts by the page that sent it: that page is among those that were allowed.
    private bool AllowsPages(CorsSettings cors) =>
        (cors.AllowCredentials || !Route.Cors.AllowCredentials) && cors.Origins.IsSupersetOf(Route.Cors.Origins)
        && Route.Cors.Patterns.All(cors.Patterns.Contains);

    private static bool Carries(CarrierSettings now, CarrierSettings then) => now with { Ticket = "" } == then with { Ticket = "" };
}
