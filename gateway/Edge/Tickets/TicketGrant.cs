using System.Security.Claims;
using SseGateway.Configuration;

namespace SseGateway.Edge.Tickets;

/// <summary>What a ticket is good for.</summary>
/// <param name="Route">The routes with these very settings; they have accepted the credential.</param>
/// <param name="Caller">Who they say it is.</param>
/// <param name="Identity">The claims, without the credential they were read from.</param>
/// <param name="EndsAt">When the credential ends, or the lease of one that does not.</param>
internal sealed record TicketGrant(RouteSettings Route, Caller Caller, ClaimsIdentity Identity, DateTimeOffset EndsAt);
