using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Authentication;

namespace SseGateway.Edge.Tickets;

/// <summary>Routes that find and check a credential in the same way, so that it is checked once for all of them.</summary>
/// <param name="Authentication">How, without tickets: one ticket does not get another.</param>
/// <param name="Routes">Their settings.</param>
internal sealed record TicketRealm(AuthenticationSettings Authentication, IReadOnlyList<RouteSettings> Routes)
{
    /// <summary>The realms of all routes that take tickets.</summary>
    public static IReadOnlyList<TicketRealm> Of(GatewaySettings settings) =>
    [
        .. settings.Routes.Values.Append(settings.Defaults).Where(route => route.Authentication.TakesTickets)
            .GroupBy(route => (route.Authentication.Jwt, route.Authentication.ApiKeys, WithoutTickets(route).Carriers))
            .Select(routes => new TicketRealm(WithoutTickets(routes.First()), [.. routes])),
    ];

    private static AuthenticationSettings WithoutTickets(RouteSettings route) =>
        route.Authentication with { Carriers = route.Authentication.Carriers with { Ticket = "" } };
}
