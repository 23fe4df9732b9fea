using System.Security.Claims;
using System.Text.Encodings.Web;
using ChatBackend.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ChatBackend.Identity;

/// <summary>
/// Lets the gateway in when it asks for a stream that many people are to share: it asks for nobody in particular, so without <c>Gateway-Subject</c>, and
/// shows a key instead. That a subject is missing is no proof of anything: the gateway's other routes pass on requests of people it does not know.
/// </summary>
internal sealed class SharedStreamHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ChatOptions chat)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "SharedStream";

    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // A request for somebody is theirs, whatever else it carries.
        if (chat.SharedStreamKey is not { } key || Request.Headers.ContainsKey(GatewaySubjectHandler.HeaderName))
            return Task.FromResult(AuthenticateResult.NoResult());
        var credential = Request.Headers.Authorization.ToString();
        if (!credential.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || !key.Is(credential[Prefix.Length..]))
            return Task.FromResult(AuthenticateResult.NoResult());
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(SchemeName)), SchemeName)));
    }
}
