using System.Globalization;
using System.Text.Json;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Cors;
using SseGateway.Edge.Credentials;
using SseGateway.Edge.Tickets.Sealed;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;

namespace SseGateway.Edge.Tickets;

/// <summary>
/// <c>POST /_gateway/tickets</c>: takes the credential that a native EventSource cannot send, and gives the page a ticket for its URL.
/// </summary>
internal sealed class TicketEndpoint(
    CurrentSettings current, Authenticator authenticator, TicketStore tickets, StreamRegistry streams, RefusedCredentials refused, TimeProvider time,
    FleetTicketStore? fleet = null)
{
    public const string Path = "/_gateway/tickets";

    public async Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await Results.Problem(title: "Tickets are got with POST", statusCode: StatusCodes.Status405MethodNotAllowed).ExecuteAsync(context);
            return;
        }

        if (streams.Draining)
        {
            // The ticket would end with the process.
            await Refusal.WriteAsync(context, RefusalReason.Draining, RefusalMode.Status, current.Value.Defaults.Limits.RetryAfter);
            return;
        }

        var grants = new List<TicketGrant>();
        var (outcome, route, fault) = await CheckAsync(context, grants);
        if (outcome != AuthenticationOutcome.Accepted)
        {
            if (fault is not null)
            {
                refused.Note(Path, fault);
            }

            await AuthenticationRefusal.WriteAsync(context, outcome, route with { Refusal = RefusalMode.Status });
            return;
        }

        var issue = fleet is null ? tickets.Issue(grants) : fleet.Issue(grants);
        if (issue.Ticket is { } ticket)
        {
            await WriteAsync(context, issue, ticket, route.Authentication.Carriers.Ticket);
        }
        else
        {
            await RefuseAsync(context, issue.Outcome, route.Limits.RetryAfter);
        }
    }

    /// <summary>Asks every realm, since the request does not say for which route the ticket is to be.</summary>
    /// <param name="context">The request.</param>
    /// <param name="grants">Receives what the credential reaches for.</param>
    /// <returns>Accepted when there is any such; else the outcome that says most, and the route it is about.</returns>
    private async Task<(AuthenticationOutcome Outcome, RouteSettings Route, string? Fault)> CheckAsync(HttpContext context, List<TicketGrant> grants)
    {
        var settings = current.Value;
        var realms = TicketRealm.Of(settings);

        // None are left when a reload came between the path's match and here.
        var answer = (Outcome: AuthenticationOutcome.Missing, Route: realms.Count > 0 ? realms[0].Routes[0] : settings.Defaults,
            Fault: default(string));
        var credentials = realms.Select(realm => RequestCredential.Take(context, realm.Authentication, keep: true)).ToArray();
        RequestCredential.Redact(context, settings.All.SecretQueryNames);
        foreach (var (realm, credential) in realms.Zip(credentials))
        {
            if (credential is null)
            {
                continue;
            }

            var routes = credential.Carrier == CredentialCarrier.Cookie
                ? realm.Routes.Where(route => RequestOrigin.MayUseCookie(context, settings, route.Cors)).ToArray()
                : realm.Routes;
            var result = routes.Count == 0
                ? AuthenticationResult.ForeignOrigin
                : await authenticator.CheckAsync(credential, realm.Authentication, context.RequestAborted);
            foreach (var route in routes.DefaultIfEmpty(realm.Routes[0]))
            {
                var outcome = Grant(result, route, grants);
                if (Weight(outcome) > Weight(answer.Outcome))
                {
                    answer = (outcome, route, result.Fault ?? FaultOf(outcome, route));
                }
            }
        }

        return answer;
    }

    private AuthenticationOutcome Grant(AuthenticationResult result, RouteSettings route, List<TicketGrant> grants)
    {
        if (result is not { Outcome: AuthenticationOutcome.Accepted, Caller: { } caller, Identity: { } identity })
        {
            return result.Outcome;
        }

        var now = time.GetUtcNow();
        var end = caller.ExpiresAt ?? now + current.Value.Tickets.Lease;
        if (end <= now)
        {
            // Good for a request still, within the clock skew, but not for a stream.
            return AuthenticationOutcome.Invalid;
        }

        if (!Scopes.Hold(identity, route.Authentication.RequiredScopes))
        {
            return AuthenticationOutcome.InsufficientScope;
        }

        grants.Add(new TicketGrant(route, caller, identity, end));
        return AuthenticationOutcome.Accepted;
    }

    // Of a credential that is good by itself.
    private static string? FaultOf(AuthenticationOutcome outcome, RouteSettings route) => outcome switch
    {
        AuthenticationOutcome.InsufficientScope => Scopes.Fault(route.Authentication.RequiredScopes),
        AuthenticationOutcome.Invalid => AuthenticationResult.OverForStreams,
        _ => null,
    };

    private static int Weight(AuthenticationOutcome outcome) => outcome switch
    {
        AuthenticationOutcome.Accepted => 5,
        AuthenticationOutcome.KeysUnavailable => 4, // It may yet be accepted.
        AuthenticationOutcome.InsufficientScope => 3,
        AuthenticationOutcome.ForeignOrigin => 2,
        AuthenticationOutcome.Invalid => 1,
        _ => 0,
    };

    private static async Task WriteAsync(HttpContext context, TicketIssue issue, Ticket ticket, string parameter)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("ticket", ticket.Reveal());
        json.WriteString("parameter", parameter);
        json.WriteNumber("usableForMs", (long)issue.UsableFor.TotalMilliseconds);
        json.WriteString("expiresAt", issue.EndsAt.UtcDateTime);
        json.WriteEndObject();
    }

    private static Task RefuseAsync(HttpContext context, TicketIssueOutcome outcome, TimeSpan retryAfter)
    {
        var (status, title) = outcome == TicketIssueOutcome.SubjectFull
            ? (StatusCodes.Status429TooManyRequests, "Too many tickets of this subject are in use")
            : (StatusCodes.Status503ServiceUnavailable, "Too many tickets are in use");
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.RetryAfter = Math.Ceiling(Jitter.Of(retryAfter).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Results.Problem(title: title, statusCode: status).ExecuteAsync(context);
    }
}
