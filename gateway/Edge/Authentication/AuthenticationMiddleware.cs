using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Cors;
using SseGateway.Edge.Credentials;
using SseGateway.Edge.Tickets;
using SseGateway.Edge.Tickets.Sealed;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Life;
using SseGateway.Transport.Http;

namespace SseGateway.Edge.Authentication;

/// <summary>
/// Lets only callers with a valid credential on to routes that need one, and tells the upstream who they are. An expired or wrong
/// credential is never turned into "nobody".
/// </summary>
internal sealed class AuthenticationMiddleware(
    RequestDelegate next, CurrentSettings settings, Authenticator authenticator, TicketStore tickets, StreamRegistry streams,
    RefusedCredentials refused, TimeProvider time, FleetTicketStore? fleet = null)
{
    public Task InvokeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteFeature>();
        return route.Proxied && route.Settings.Authentication.Required ? AuthenticateAsync(context, route) : next(context);
    }

    private async Task AuthenticateAsync(HttpContext context, RouteFeature route)
    {
        var result = await CheckAsync(context, route);
        ISuccession? use = result.Use;
        try
        {
            if (result.Caller is { } known && Ended(context, known) is { } fault)
            {
                result = AuthenticationResult.Invalid(fault);
            }

            if (result is { Outcome: AuthenticationOutcome.Accepted, Caller: { } caller, Identity: { } identity })
            {
                if (route.Settings.Authentication.ForwardCredential && !RequestOrigin.MayUseCookie(context, settings.Value, route.Settings.Cors))
                {
                    RequestCredential.RemoveCookie(context, route.Settings.Authentication);
                }

                context.User = new ClaimsPrincipal(identity);
                context.Features.Set(caller);

                // A header is bytes: UTF-8 here, in the server's one-character-a-byte form.
                context.Request.Headers[IdentityFields.Subject] = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(caller.Subject));

                // As soon as the client leaves, before the request has come to its end: its next one must not be refused because of this one.
                using var leaving = use is null ? default : context.RequestAborted.UnsafeRegister(static use => ((IDisposable)use!).Dispose(), use);
                context.Features.Set<ISuccession>(use);
                await next(context);

                // A stream that goes on without the request has taken it.
                use = context.Features.Get<ISuccession>();
                return;
            }
        }
        finally
        {
            use?.Dispose();
        }

        if (result.Fault is { } reason)
        {
            refused.Note(route.RouteId!, reason);
        }

        CountRefusal(context, route.RouteId, result.Outcome);
        var isTicket = context.Features.Get<Credential>() is { Carrier: CredentialCarrier.Ticket };
        await AuthenticationRefusal.WriteAsync(context, result.Outcome, route.Settings, isTicket);
    }

    private async ValueTask<AuthenticationResult> CheckAsync(HttpContext context, RouteFeature feature)
    {
        var route = feature.Settings;
        if (context.Features.Get<Credential>() is not { } credential)
        {
            return new(AuthenticationOutcome.Missing);
        }

        if (credential.Carrier == CredentialCarrier.Ticket)
        {
            return await RedeemAsync(context, feature, credential);
        }

        if (credential.Carrier == CredentialCarrier.Cookie && !RequestOrigin.MayUseCookie(context, settings.Value, route.Cors))
        {
            return AuthenticationResult.ForeignOrigin;
        }

        var result = await authenticator.CheckAsync(credential, route.Authentication, context.RequestAborted);
        return result.Identity is { } identity && !Scopes.Hold(identity, route.Authentication.RequiredScopes)
            ? new(AuthenticationOutcome.InsufficientScope, Fault: Scopes.Fault(route.Authentication.RequiredScopes))
            : result;
    }

    private string? Ended(HttpContext context, Caller caller) =>
        streams.Revocations.Cover(caller.Subject, caller.KeyId, caller.IssuedAt) ? "its subject or key was revoked"
        : IsOverForStreams(context, caller) ? AuthenticationResult.OverForStreams
        : null;

    // A stream ends with its credential: with one that is good only by the clock skew it would be let in to be sent away (catalogue 9.3.2).
    private bool IsOverForStreams(HttpContext context, Caller caller) => caller.ExpiresAt <= time.GetUtcNow() && EventStreamRequest.Announces(context.Request);

    // A ticket is for what an EventSource does, and for nothing else.
    private ValueTask<AuthenticationResult> RedeemAsync(HttpContext context, RouteFeature route, Credential credential)
    {
        if (credential.State != CredentialState.Present)
        {
            return new(AuthenticationResult.Invalid("the ticket is empty, or there is more than one"));
        }

        if (!HttpMethods.IsGet(context.Request.Method) || !EventStreamRequest.Announces(context.Request))
        {
            return new(AuthenticationResult.Invalid("a ticket was used without GET and Accept: text/event-stream"));
        }

        var (ticket, stream) = (Ticket.Of(credential.Reveal()), TicketStream.Of(context, route));
        return fleet is null ? new(tickets.Redeem(ticket, route.Settings, stream)) : fleet.RedeemAsync(ticket, route.Settings, stream);
    }

    // Only what is refused for the time being. A missing or wrong credential is the log's: nobody would size a gateway by it.
    private void CountRefusal(HttpContext context, string? routeId, AuthenticationOutcome outcome)
    {
        if (AuthenticationRefusal.ForNow(outcome) is { } reason && routeId is not null && EventStreamRequest.Announces(context.Request))
        {
            streams.Metrics.Refused(context, routeId, reason);
        }
    }
}
