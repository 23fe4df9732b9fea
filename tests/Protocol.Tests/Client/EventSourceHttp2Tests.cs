using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue 3.3 over HTTP/2 without TLS.</summary>
public class EventSourceHttp2Tests
{
    private static readonly EventSourceOptions Http2 = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    [Fact, Trait("Catalogue", "3.3.1, 4.4.8")]
    public async Task A_stream_that_ends_is_connected_again_with_its_id()
    {
        var ids = new List<string?>();
        await using var server = await StartAsync(async (context, number) =>
        {
            ids.Add(context.Request.Headers["Last-Event-ID"]);
            await context.Response.WriteAsync("id: \u2026\ndata: a\n\n");
        });
        var source = new RecordedSource(Address(server), Http2);
        await source.RunAsync();
        Assert.Equal(["open", "a", "error(Connecting, Ended)", "open", "a", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log);
        Assert.Equal([null, "\u2026"], ids);
    }

    [Theory, Trait("Catalogue", "3.3.6")]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_reset_stream_keeps_its_events_and_is_connected_again(int errorCode)
    {
        var received = new TaskCompletionSource();
        await using var server = await StartAsync(async (context, number) =>
        {
            if (number > 1)
                return;
            await context.Response.WriteAsync("data: a\n\n");
            await received.Task.WaitAsync(Deadline.Token);
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
        });
        var source = new RecordedSource(Address(server), Http2);
        await source.RunAsync(_ => received.TrySetResult());
        Assert.Equal(["open", "a", "error(Connecting, Broken)"], source.Log.Take(3));
        Assert.Equal("error(Closed, NoContent)", source.Log[^1]);
    }

    [Fact, Trait("Catalogue", "4.2.6")]
    public async Task Leaving_the_loop_resets_the_stream()
    {
        var left = new TaskCompletionSource();
        await using var server = await StartAsync(async (context, number) =>
        {
            await context.Response.WriteAsync("data: a\n\n");
            context.RequestAborted.Register(() => left.TrySetResult());
            await left.Task.WaitAsync(Deadline.Token);
        });
        var source = new RecordedSource(Address(server), Http2);
        await source.RunAsync(_ => false);
        await left.Task.WaitAsync(Deadline.Token);
        Assert.Equal(["open", "a", "closed"], source.Log);
    }

    private static Uri Address(WebApplication server) => new(server.Urls.First());

    /// <summary>The first two requests get a stream, further ones 204.</summary>
    private static async Task<WebApplication> StartAsync(Func<HttpContext, int, Task> serve)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            options.RequestHeaderEncodingSelector = _ => System.Text.Encoding.UTF8;
        });
        var app = builder.Build();
        var requests = 0;
        app.Run(async context =>
        {
            var number = ++requests;
            if (number > 2)
            {
                context.Response.StatusCode = 204;
                return;
            }
            context.Response.ContentType = "text/event-stream";
            await serve(context, number);
        });
        await app.StartAsync(Deadline.Token);
        return app;
    }
}
