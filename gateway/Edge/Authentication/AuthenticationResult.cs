using System.Security.Claims;
using SseGateway.Edge.Tickets;

namespace SseGateway.Edge.Authentication;

/// <summary>What the check of a credential gave.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Caller">Who it is; set when accepted.</param>
/// <param name="Identity">The claims; set when accepted.</param>
/// <param name="Use">The ticket's use, to be disposed when the request is over; null with any other credential.</param>
internal readonly record struct AuthenticationResult(
    AuthenticationOutcome Outcome, Caller? Caller = null, ClaimsIdentity? Identity = null, TicketUse? Use = null)
{
    public static AuthenticationResult Invalid => new(AuthenticationOutcome.Invalid);

    public static AuthenticationResult KeysUnavailable => new(AuthenticationOutcome.KeysUnavailable);
}
