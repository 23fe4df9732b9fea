using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Endings;

namespace SseGateway.Edge.Authentication;

/// <summary>Answers requests whose credential is missing, wrong or not enough.</summary>
internal static class AuthenticationRefusal
{
    // Whoever tries one with curl, or at a second address, has most likely done nothing worse.
    private const string TicketUse = "A ticket opens one event stream: a GET with Accept: text/event-stream, soon after it was issued, "
        + "and from then on the same path and query alone, until the credential that it was got with ends.";

    // RFC 6750, 3 and 3.1. The same words for everything that is wrong with a token: they help whoever guesses more than its owner.
    /// <param name="context">A request whose response has not started.</param>
    /// <param name="outcome">Why.</param>
    /// <param name="route">What holds on its route.</param>
    /// <param name="isTicket">True when it was a ticket that was shown.</param>
    public static Task WriteAsync(HttpContext context, AuthenticationOutcome outcome, RouteSettings route, bool isTicket = false)
    {
        var (status, title, challenge) = outcome switch
        {
            AuthenticationOutcome.Missing => (StatusCodes.Status401Unauthorized, "A credential is needed", "Bearer"),
            AuthenticationOutcome.InsufficientScope => (StatusCodes.Status403Forbidden, "The credential does not reach for this",
                $"Bearer error=\"insufficient_scope\", scope=\"{string.Join(' ', route.Authentication.RequiredScopes)}\""),
            AuthenticationOutcome.ForeignOrigin => (StatusCodes.Status403Forbidden, "Pages of this origin may not use the cookie", null),
            _ => (StatusCodes.Status401Unauthorized, isTicket ? "The ticket is not valid here" : "The credential is not valid",
                "Bearer error=\"invalid_token\""),
        };
        if (ForNow(outcome) is { } reason)
        {
            return Refusal.WriteAsync(context, reason, route.Refusal, route.Limits.RetryAfter);
        }

        context.Response.Headers.CacheControl = "no-store";
        if (challenge is not null)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }

        var code = status == StatusCodes.Status401Unauthorized ? "gateway_unauthorized" : "gateway_forbidden";
        return ErrorAnswer.WriteAsync(context, status, new StreamError(code, title), isTicket ? TicketUse : null);
    }

    /// <summary>Why a credential that may be good later is refused now; null when it is not good at all.</summary>
    public static RefusalReason? ForNow(AuthenticationOutcome outcome) => outcome switch
    {
        AuthenticationOutcome.KeysUnavailable => RefusalReason.KeysUnavailable,
        _ => null,
    };
}
