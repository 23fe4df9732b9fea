using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Admin.Live;

/// <summary><c>GET /live</c>, an event stream, and the page that reads it: <c>GET /</c>.</summary>
internal sealed class LiveEndpoint(LiveFeed feed)
{
    // Each is a connection of the admin listener, which has 32.
    private const int MostViewers = 16;

    // Nothing from elsewhere, nowhere else, and in no page of somebody else's.
    private const string Policy = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private static readonly (string Path, string Resource, string Type)[] Assets =
    [
        ("/", "live/index.html", "text/html; charset=utf-8"),
        ("/live.js", "live/live.js", "text/javascript; charset=utf-8"),
        ("/charts.js", "live/charts.js", "text/javascript; charset=utf-8"),
        ("/details.js", "live/details.js", "text/javascript; charset=utf-8"),
        ("/streams.js", "live/streams.js", "text/javascript; charset=utf-8"),
        ("/live.css", "live/live.css", "text/css; charset=utf-8"),
    ];

    private int _viewers;

    public void Map(IEndpointRouteBuilder endpoints, CancellationToken stopping)
    {
        foreach (var (path, resource, type) in Assets)
        {
            var bytes = Read(resource);
            endpoints.MapGet(path, async context =>
            {
                var headers = context.Response.Headers;
                (headers.ContentType, headers.ContentLength) = (type, bytes.Length);
                (headers.CacheControl, headers.XContentTypeOptions, headers.ContentSecurityPolicy) = ("no-cache", "nosniff", Policy);
                headers["Referrer-Policy"] = "no-referrer";
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            });
        }

        endpoints.MapGet("/live", context => StreamAsync(context, stopping));
    }

    private async Task StreamAsync(HttpContext context, CancellationToken stopping)
    {
        if (Interlocked.Increment(ref _viewers) > MostViewers)
        {
            Interlocked.Decrement(ref _viewers);
            await Results.Problem(title: $"{MostViewers} pages are open already", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            (context.Response.ContentType, context.Response.Headers.CacheControl) = ("text/event-stream", "no-store");
            await context.Response.Body.WriteAsync(feed.History(), ended.Token);
            await context.Response.Body.WriteAsync(feed.Past() ?? default, ended.Token);
            while (true)
            {
                var frame = await feed.Next.WaitAsync(ended.Token);
                await context.Response.Body.WriteAsync(frame, ended.Token);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The page was closed, or the gateway goes down: the page says so and comes back by itself.
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }

    private static byte[] Read(string resource)
    {
        using var content = typeof(LiveEndpoint).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }
}
