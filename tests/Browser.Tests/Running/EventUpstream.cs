using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>An event-stream service that numbers its messages, goes on behind the cursor, and can be cut.</summary>
internal sealed class EventUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<string> _messages = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _cut = new();

    private EventUpstream(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>The Last-Event-ID of every stream, in order; empty where there was none.</summary>
    public ConcurrentQueue<string> Cursors { get; } = new();

    /// <param name="url">Where it listens; not given, on a port of its own.</param>
    public static async Task<EventUpstream> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var upstream = new EventUpstream(app);
        app.MapGet("/events", upstream.ServeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    /// <summary>Messages for all streams, those that are open and those that come.</summary>
    public void Say(params string[] texts)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _messages.AddRange(texts);
            (more, _more) = (_more, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }

    /// <summary>Tears the connections of all streams that are open.</summary>
    public void Cut()
    {
        CancellationTokenSource cut;
        lock (_lock)
        {
            (cut, _cut) = (_cut, new());
        }

        cut.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var cursor = context.Request.Headers["Last-Event-ID"].ToString();
        CancellationToken cut;
        lock (_lock)
        {
            cut = _cut.Token;
        }

        Cursors.Enqueue(cursor);
        using var cutting = cut.Register(() => context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort());
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("retry: 100\n\n", context.RequestAborted);
        for (var next = cursor.Length > 0 ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0; !context.RequestAborted.IsCancellationRequested;)
        {
            string? text;
            Task more;
            lock (_lock)
            {
                text = next < _messages.Count ? _messages[next] : null;
                more = _more.Task;
            }

            if (text is null)
            {
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await more.WaitAsync(context.RequestAborted);
                continue;
            }

            await context.Response.WriteAsync($"id: {++next}\ndata: {text}\n\n", context.RequestAborted);
        }
    }
}
