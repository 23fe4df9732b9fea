using ChatBackend.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ChatBackend.Identity;

/// <summary>Who is asking: the service's own token, or what the gateway in front has found out.</summary>
internal static class ChatAuthentication
{
    /// <summary>The policy of streams: people, and a gateway that asks for all of them. Everything else is for people alone.</summary>
    public const string Listeners = "Listeners";

    public static void AddChatAuthentication(this IServiceCollection services, ChatOptions options)
    {
        services.AddSingleton<ChatTokens>();
        string[] listening = options.SharedStreamKey is null ? [] : [GatewaySubjectHandler.SchemeName, SharedStreamHandler.SchemeName];
        services.AddAuthorization(authorization => authorization.AddPolicy(
            Listeners, policy => policy.AddAuthenticationSchemes(listening).RequireAuthenticatedUser()));
        if (options.TrustGatewaySubject)
        {
            services.AddAuthentication(GatewaySubjectHandler.SchemeName)
                .AddScheme<GatewaySubjectOptions, GatewaySubjectHandler>(GatewaySubjectHandler.SchemeName, configureOptions: null)
                .AddScheme<AuthenticationSchemeOptions, SharedStreamHandler>(SharedStreamHandler.SchemeName, configureOptions: null);
            return;
        }

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<ChatTokens>((bearer, tokens) =>
        {
            bearer.TokenValidationParameters = tokens.Validation;
            bearer.MapInboundClaims = false;
            bearer.Events = new JwtBearerEvents { OnMessageReceived = TakeCookie, OnTokenValidated = RequireName };
        });
    }

    /// <summary>When the credential that this request was authenticated with ends, or null when it does not.</summary>
    public static DateTimeOffset? CredentialExpiry(HttpContext context) =>
        long.TryParse(context.User.FindFirst(JwtRegisteredClaimNames.Exp)?.Value, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static Task TakeCookie(MessageReceivedContext context)
    {
        // The header wins, also when it is wrong: a client that names a credential must not silently act as another person.
        if (context.Request.Headers.Authorization.Count == 0)
            context.Token = context.Request.Cookies[ChatTokens.CookieName];
        return Task.CompletedTask;
    }

    private static Task RequireName(TokenValidatedContext context)
    {
        if (!PersonName.IsValid(context.Principal?.Identity?.Name))
            context.Fail("The token names nobody.");
        return Task.CompletedTask;
    }
}
