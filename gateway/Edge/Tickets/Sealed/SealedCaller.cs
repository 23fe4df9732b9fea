using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;

namespace SseGateway.Edge.Tickets.Sealed;

/// <summary>A caller as a sealed ticket has it.</summary>
/// <param name="Caller">Who it is.</param>
/// <param name="EndsAt">When the credential ends, or the lease of one that does not.</param>
/// <param name="Scheme">How the credential was checked.</param>
/// <param name="NameClaim">The claim that says who it is for.</param>
/// <param name="Claims">Type, value and type of the value of each.</param>
/// <param name="Marks">What the routes that accepted the credential ask (<see cref="RouteMark"/>).</param>
internal sealed record SealedCaller(
    Caller Caller, DateTimeOffset EndsAt, string? Scheme, string NameClaim, IReadOnlyList<string[]> Claims, IReadOnlyList<string> Marks)
{
    public static SealedCaller Of(IGrouping<(Caller Caller, DateTimeOffset EndsAt, ClaimsIdentity Identity), TicketGrant> grants)
    {
        var (caller, end, identity) = grants.Key;
        return new(
            caller, end, identity.AuthenticationType, identity.NameClaimType,
            [.. identity.Claims.Select(claim => new[] { claim.Type, claim.Value, claim.ValueType })],
            [.. grants.Select(grant => RouteMark.Of(grant.Route, caller.Kind)).Distinct(StringComparer.Ordinal)]);
    }

    /// <returns>What it is good for on a route; null when the route asks something else than those that accepted the credential.</returns>
    public TicketGrant? GrantFor(RouteSettings route)
    {
        if (!Marks.Contains(RouteMark.Of(route, Caller.Kind)))
        {
            return null;
        }

        var identity = new CaseSensitiveClaimsIdentity(
            Claims.Select(claim => new Claim(claim[0], claim[1], claim[2])), Scheme, NameClaim, ClaimsIdentity.DefaultRoleClaimType);
        var grant = new TicketGrant(route, Caller, identity, EndsAt);
        return grant.IsGoodFor(route) ? grant : null;
    }
}
