using ChatBackend.Configuration;
using ChatBackend.Problems;

namespace ChatBackend.Identity;

/// <summary>Signing in and out. For demonstration only: whoever names a name gets a token for it.</summary>
internal static class LoginEndpoints
{
    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/login", LoginAsync);
        routes.MapPost("/logout", Logout);
    }

    private static async Task LoginAsync(HttpContext context, ChatTokens tokens, ChatOptions options)
    {
        var body = await JsonBody.ReadAsync(context, ChatJson.Relaxed.LoginRequest);
        if (body is null)
            return;
        if (!PersonName.IsValid(body.Name))
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status400BadRequest,
                $"A name has 1 to {PersonName.MaximumLength} visible characters, with single spaces between them at most.");
            return;
        }

        var response = tokens.Issue(body.Name!);
        context.Response.Cookies.Append(ChatTokens.CookieName, response.Token, CookieFor(context, options, response.ExpiresAt));
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(response, ChatJson.Relaxed.LoginResponse, contentType: null, context.RequestAborted);
    }

    private static void Logout(HttpContext context, ChatOptions options)
    {
        context.Response.Cookies.Append(ChatTokens.CookieName, "", CookieFor(context, options, DateTimeOffset.UnixEpoch));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static CookieOptions CookieFor(HttpContext context, ChatOptions options, DateTimeOffset expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = expires,
        Secure = context.Request.IsHttps || (options.TrustGatewaySubject && context.Request.Headers["X-Forwarded-Proto"] == "https"),
    };
}
