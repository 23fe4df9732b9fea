using System.Globalization;
using Harness.Tests.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Edge.Setups;

namespace Harness.Tests.Direct;

/// <summary>
/// A server with streams of its own behind an edge of which it is known what is wrong with it; from outside it is one. Every stream has the same
/// events: a POST to <c>/publish</c> makes one. Between them comes a comment now and then.
/// </summary>
internal sealed class SampleServer : IAsyncDisposable
{
    private static readonly TimeSpan CommentPeriod = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<string> _events = [];
    private SampleEdge _edge = null!;

    private SampleServer()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Of its stream, with a query of its own.</summary>
    public Uri Url => new(_edge.Url + "?room=1");

    public TargetProfile Profile => _edge.Profile with
    {
        Replay = _edge.Profile.Replay! with { Publish = new PublishSetup(new Uri(_app.Urls.First() + "/publish")) },
    };

    public static async Task<SampleServer> StartAsync(EdgeDefect defect)
    {
        var server = new SampleServer();
        await server._app.StartAsync();
        var address = new Uri(server._app.Urls.First());
        server._edge = await SampleEdge.StartAsync(defect, System.Net.IPEndPoint.Parse(address.Authority));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        using var now = new CancellationTokenSource(0);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/publish")
        {
            lock (_lock)
            {
                var id = (_events.Count + 1).ToString(CultureInfo.InvariantCulture);
                _events.Add($"id: {id}\ndata: event {id}\n\n");
            }
        }
        else if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = "text/event-stream";
        }
        else if (HttpMethods.IsGet(context.Request.Method))
        {
            await StreamAsync(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        var next = Since(int.MaxValue).Next;
        try
        {
            while (true)
            {
                var (events, then) = Since(next);
                await context.Response.WriteAsync(string.Concat(events) + ": still here\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                next = then;
                await Task.Delay(CommentPeriod, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // Left.
        }
    }

    private (string[] Events, int Next) Since(int next)
    {
        lock (_lock)
        {
            return ([.. _events.Skip(next)], _events.Count);
        }
    }
}
