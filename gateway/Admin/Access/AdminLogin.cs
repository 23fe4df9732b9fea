using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;

namespace SseGateway.Admin.Access;

/// <summary>
/// Lets in who has the operator's token: as <c>Authorization: Bearer</c>, or in a cookie that a form sets. Health is everybody's.
/// </summary>
/// <param name="token">The token.</param>
/// <param name="guesses">Those that were not the token.</param>
internal sealed class AdminLogin(SecretBytes token, TokenGuesses guesses)
{
    private const string Path = "/login";

    // A shift.
    private static readonly TimeSpan Session = TimeSpan.FromHours(12);

    private const int MostFormBytes = 4096;

    private const string TooMany = "Too many wrong tokens came from this address";

    private const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 22rem; margin: 18vh auto 0; padding: 0 1.2rem } h1 { font-size: 1.1rem }
        form { display: flex; flex-wrap: wrap; gap: .6rem } label { flex: 1 0 100% } input { flex: 1 } input, button { font: inherit; padding: .25rem .6rem }
        """;

    private const string Form = $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><title>SseGateway</title><link rel="icon" href="data:,"><style>{{Style}}</style></head>
        <body><h1>SseGateway</h1><form method="post" action="/login"><label for="token">The operator's token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus> <button>Enter</button></form>
        <p role="status">{0}</p></body></html>
        """;

    private static readonly string Policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; img-src data:; "
        + $"style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'";

    private readonly byte[] _token = SHA256.HashData(token.Reveal());

    // What a cookie shows is not the token, and goes with it.
    private readonly string _session = Convert.ToHexStringLower(HMACSHA256.HashData(token.Reveal(), "session of the admin page"u8));

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments("/healthz") || request.Path == Path)
        {
            return next(context);
        }

        // A request that shows nothing guesses nothing. A cookie can be made of a guess as well.
        if (Shown(request) is { } right)
        {
            if (guesses.Take(context.Connection.RemoteIpAddress, right, out var wait))
            {
                return next(context);
            }

            if (wait is not null)
            {
                SetRetryAfter(context, wait);
                return Results.Problem(title: TooMany, statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
            }
        }

        if (HttpMethods.IsGet(request.Method) && request.Path == "/")
        {
            context.Response.Redirect(Path);
            return Task.CompletedTask;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Results.Problem(title: "The admin listener wants its token", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, context => ShowAsync(context, StatusCodes.Status200OK, ""));
        endpoints.MapPost(Path, LogInAsync);
    }

    private async Task LogInAsync(HttpContext context)
    {
        var reader = new FormPipeReader(context.Request.BodyReader) { KeyLengthLimit = MostFormBytes, ValueLengthLimit = MostFormBytes, ValueCountLimit = 8 };
        string given;
        try
        {
            given = (await reader.ReadFormAsync(context.RequestAborted)).GetValueOrDefault("token").ToString();
        }
        catch (InvalidDataException)
        {
            given = "";
        }

        if (!guesses.Take(context.Connection.RemoteIpAddress, IsToken(given), out var wait))
        {
            SetRetryAfter(context, wait);
            await (wait is null ? ShowAsync(context, StatusCodes.Status403Forbidden, "That is not the token.")
                : ShowAsync(context, StatusCodes.Status429TooManyRequests, TooMany + ". Wait a moment."));
            return;
        }

        context.Response.Cookies.Append(AdminSettings.SessionCookie, _session, new CookieOptions
        {
            HttpOnly = true,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            MaxAge = Session,
        });
        context.Response.Redirect("/");
    }

    private static Task ShowAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        var headers = context.Response.Headers;
        (headers.ContentType, headers.CacheControl, headers.XContentTypeOptions) = ("text/html; charset=utf-8", "no-store", "nosniff");
        headers.ContentSecurityPolicy = Policy;
        return context.Response.WriteAsync(Form.Replace("{0}", message, StringComparison.Ordinal), context.RequestAborted);
    }

    private static void SetRetryAfter(HttpContext context, TimeSpan? wait)
    {
        if (wait is { } pause)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    // Null when the request shows neither a token nor a session.
    private bool? Shown(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        bool? token = request.Headers.Authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? IsToken(value[Bearer.Length..].Trim()) : null;
        return token is true || request.Cookies[AdminSettings.SessionCookie] is not { } shown ? token : IsSession(shown);
    }

    private bool IsSession(string shown) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(_session));

    // Of hashes, so that the time does not tell how long the token is.
    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _token);
}
