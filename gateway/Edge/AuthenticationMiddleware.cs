namespace SseGateway.Edge;

/// <summary>Checks the credential on routes that need one ; passes everything for now.</summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => next(context);
}
