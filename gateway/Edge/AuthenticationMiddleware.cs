using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration;
using SseGateway.Streams;

namespace SseGateway.Edge;

/// <summary>
/// Lets only callers with a valid credential on to routes that need one, and tells the upstream who they are. An expired or wrong
/// credential is never turned into "nobody" (PITFALLS 31).
/// </summary>
internal sealed partial class AuthenticationMiddleware(
    RequestDelegate next, CurrentSettings settings, Authenticator authenticator, StreamRegistry streams, ILogger<AuthenticationMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteFeature>();
        return route.Proxied && route.Settings.Authentication.Required ? AuthenticateAsync(context, route) : next(context);
    }

    private async Task AuthenticateAsync(HttpContext context, RouteFeature route)
    {
        var result = await CheckAsync(context, route.Settings);
        if (result is { Outcome: AuthenticationOutcome.Accepted, Caller: { } caller, Identity: { } identity })
        {
            context.User = new ClaimsPrincipal(identity);
            context.Features.Set(caller);

            // A header is bytes: UTF-8 here, in the server's one-character-a-byte form.
            context.Request.Headers[CredentialMiddleware.SubjectHeader] = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(caller.Subject));
            await next(context);
            return;
        }

        Refused(route.RouteId, result.Outcome, context.Features.Get<Credential>()?.Carrier);
        await RefuseAsync(context, result.Outcome, route.Settings);
    }

    private async ValueTask<AuthenticationResult> CheckAsync(HttpContext context, RouteSettings route)
    {
        if (context.Features.Get<Credential>() is not { } credential)
        {
            return new(AuthenticationOutcome.Missing);
        }

        if (credential.Carrier == CredentialCarrier.Cookie && !RequestOrigin.MayUseCookie(context, settings.Value, route.Cors))
        {
            return new(AuthenticationOutcome.ForeignOrigin);
        }

        var result = await authenticator.CheckAsync(credential, route.Authentication, context.RequestAborted);
        if (result.Caller is { } caller && streams.Revocations.Cover(caller.Subject, caller.KeyId, caller.IssuedAt))
        {
            return AuthenticationResult.Invalid;
        }

        return result.Identity is { } identity && !Scopes.Hold(identity, route.Authentication.RequiredScopes)
            ? new(AuthenticationOutcome.InsufficientScope)
            : result;
    }

    // RFC 6750, 3 and 3.1. The same words for everything that is wrong with a token: they help whoever guesses more than its owner.
    private static Task RefuseAsync(HttpContext context, AuthenticationOutcome outcome, RouteSettings route)
    {
        var (status, title, challenge) = outcome switch
        {
            AuthenticationOutcome.Missing => (StatusCodes.Status401Unauthorized, "A credential is needed", "Bearer"),
            AuthenticationOutcome.InsufficientScope => (StatusCodes.Status403Forbidden, "The credential does not reach for this",
                $"Bearer error=\"insufficient_scope\", scope=\"{string.Join(' ', route.Authentication.RequiredScopes)}\""),
            AuthenticationOutcome.ForeignOrigin => (StatusCodes.Status403Forbidden, "Pages of this origin may not use the cookie", null),
            _ => (StatusCodes.Status401Unauthorized, "The credential is not valid", "Bearer error=\"invalid_token\""),
        };
        if (outcome == AuthenticationOutcome.KeysUnavailable)
        {
            return Refusal.WriteAsync(context, RefusalReason.KeysUnavailable, route.Refusal, route.Limits.RetryAfter);
        }

        context.Response.Headers.CacheControl = "no-store";
        if (challenge is not null)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }

        return Results.Problem(title: title, statusCode: status).ExecuteAsync(context);
    }
}
