using Microsoft.AspNetCore.Server.Kestrel.Core;
using SseGateway.Protocol;

namespace LoadTests.Origins;

/// <summary>The service behind the gateways, in this process, on the loopback address.</summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Origin(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <param name="protocols">HTTP/1.1 or HTTP/2, both in the clear.</param>
    /// <param name="answer">Answers every request.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<Origin> StartAsync(HttpProtocols protocols, RequestDelegate answer, CancellationToken cancellation, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}")
            .ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols));

        // As the peers of a comparison listen: with the 512 of the default a storm of connects waits for SYNs sent again, not for a gateway.
        builder.WebHost.UseSockets(sockets => sockets.Backlog = 65535);

        // Its streams end with the gateways that asked for them; nothing is worth waiting for.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        var origin = new Origin(builder.Build());
        origin._app.Run(answer);
        await origin._app.StartAsync(cancellation);
        return origin;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Sends the head of an event stream.</summary>
    /// <param name="context">The request's.</param>
    /// <param name="greeting">Whether a comment comes with it, so that a proxy that waits for the first byte opens the stream too.</param>
    public static async Task StartStreamAsync(HttpContext context, bool greeting = false)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync(context.RequestAborted);
        if (greeting)
        {
            FrameWriter.WriteComment(context.Response.BodyWriter, "ok"u8);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
