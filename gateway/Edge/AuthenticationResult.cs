using System.Security.Claims;

namespace SseGateway.Edge;

/// <summary>What the check of a credential gave.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Caller">Who it is; set when accepted.</param>
/// <param name="Identity">The claims; set when accepted.</param>
internal readonly record struct AuthenticationResult(AuthenticationOutcome Outcome, Caller? Caller = null, ClaimsIdentity? Identity = null)
{
    public static AuthenticationResult Invalid => new(AuthenticationOutcome.Invalid);

    public static AuthenticationResult KeysUnavailable => new(AuthenticationOutcome.KeysUnavailable);
}
