using SseGateway.Configuration.Settings;
using SseGateway.Streams.Endings;

namespace SseGateway.Edge.Authentication;

/// <summary>Answers requests whose credential is missing, wrong or not enough.</summary>
internal static class AuthenticationRefusal
{
    // RFC 6750, 3 and 3.1. The same words for everything that is wrong with a token: they help whoever guesses more than its owner.
    public static Task WriteAsync(HttpContext context, AuthenticationOutcome outcome, RouteSettings route)
    {
        var (status, title, challenge) = outcome switch
        {
            AuthenticationOutcome.Missing => (StatusCodes.Status401Unauthorized, "A credential is needed", "Bearer"),
            AuthenticationOutcome.InsufficientScope => (StatusCodes.Status403Forbidden, "The credential does not reach for this",
                $"Bearer error=\"insufficient_scope\", scope=\"{string.Join(' ', route.Authentication.RequiredScopes)}\""),
            AuthenticationOutcome.ForeignOrigin => (StatusCodes.Status403Forbidden, "Pages of this origin may not use the cookie", null),
            _ => (StatusCodes.Status401Unauthorized, "The credential is not valid", "Bearer error=\"invalid_token\""),
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

        return Results.Problem(title: title, statusCode: status).ExecuteAsync(context);
    }

    /// <summary>Why a credential that may be good later is refused now; null when it is not good at all.</summary>
    public static RefusalReason? ForNow(AuthenticationOutcome outcome) => outcome switch
    {
        AuthenticationOutcome.KeysUnavailable => RefusalReason.KeysUnavailable,
        _ => null,
    };
}
