using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using SseGateway.Streams.Deadlines;

namespace SseGateway.Transport.Requests;

/// <summary>
/// The bodies of HTTP/2 requests on their way. Kestrel measures all of a connection's together (MinRequestBodyDataRate), and ends the connection, with
/// every stream on it, for one that stalls; here each has the same rate to keep for itself.
/// </summary>
internal sealed class RequestBodies(IOptions<KestrelServerOptions> kestrel, TimeProvider time) : ISwept
{
    private readonly ConcurrentDictionary<TimedRequestBody, bool> _bodies = new();

    /// <summary>A step of the request's way.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (kestrel.Value.Limits.MinRequestBodyDataRate is not { } rate
            || !HttpProtocol.IsHttp2(context.Request.Protocol)
            || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }
            || context.Features.Get<IHttpResetFeature>() is null
            || context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is not { } shared)
        {
            return next(context);
        }

        // On HTTP/2 it can be switched off, and nothing else.
        shared.MinDataRate = null;
        return TimeAsync(context, rate, next);
    }

    public void Sweep()
    {
        foreach (var (body, _) in _bodies)
        {
            body.Sweep();
        }
    }

    private async Task TimeAsync(HttpContext context, MinDataRate rate, RequestDelegate next)
    {
        var body = new TimedRequestBody(context, context.Request.Body, rate, time);
        context.Request.Body = body;
        _bodies.TryAdd(body, true);
        try
        {
            await next(context);
        }
        finally
        {
            _bodies.TryRemove(body, out _);
            body.End();
        }
    }
}
