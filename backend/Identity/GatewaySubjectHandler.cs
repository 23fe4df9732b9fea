using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ChatBackend.Identity;

/// <summary>Takes the person from the header that the gateway sets after it has authenticated the client and removed the client's own copies.</summary>
internal sealed class GatewaySubjectHandler(IOptionsMonitor<GatewaySubjectOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<GatewaySubjectOptions>(options, logger, encoder)
{
    public const string SchemeName = "GatewaySubject";
    public const string HeaderName = "Gateway-Subject";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers[HeaderName];
        if (header.Count == 0)
            return Task.FromResult(AuthenticateResult.NoResult());
        // Two values mean that somebody else's copy came through: nobody can say which is the gateway's.
        if (header.Count != 1 || !PersonName.IsValid(header[0]))
            return Task.FromResult(AuthenticateResult.Fail("Gateway-Subject is not one valid name."));

        var identity = new ClaimsIdentity([new Claim(JwtRegisteredClaimNames.Sub, header[0]!)], SchemeName, JwtRegisteredClaimNames.Sub, roleType: null);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 9110 section 15.5.2: a 401 names a scheme. The gateway takes bearer tokens.
        Response.Headers.WWWAuthenticate = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
