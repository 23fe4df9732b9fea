using System.Security.Claims;
using SseGateway.Edge.Tickets;

namespace SseGateway.Edge.Authentication;

/// <summary>What the check of a credential gave.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Caller">Who it is; set when accepted.</param>
/// <param name="Identity">The claims; set when accepted.</param>
/// <param name="Use">The ticket's use, to be disposed when the request is over; null with any other credential.</param>
/// <param name="Fault">What is wrong with it, for the operator alone: one of a few texts, in which nothing of the credential stands. Null when
/// accepted.</param>
internal readonly record struct AuthenticationResult(
    AuthenticationOutcome Outcome, Caller? Caller = null, ClaimsIdentity? Identity = null, TicketUse? Use = null, string? Fault = null)
{
    /// <summary>The fault of one that is good by the clock skew alone.</summary>
    public const string OverForStreams = "exp is over, but for the clock skew; no stream is opened with that";

    public static AuthenticationResult ForeignOrigin =>
        new(AuthenticationOutcome.ForeignOrigin, Fault: "the cookie was sent by a page of an origin that is not allowed");

    /// <param name="fault">See <see cref="Fault"/>.</param>
    public static AuthenticationResult Invalid(string fault) => new(AuthenticationOutcome.Invalid, Fault: fault);

    public static AuthenticationResult KeysUnavailable => new(AuthenticationOutcome.KeysUnavailable);
}
