using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Docs.Tests.Programs;

/// <summary>A service with one event for who has none, and for who has it the end.</summary>
internal sealed class OneEvent : IAsyncDisposable
{
    public const string Data = "the one event";

    private readonly WebApplication _app;

    private OneEvent(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<OneEvent> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/", async context =>
        {
            if (context.Request.Headers.ContainsKey("Last-Event-ID"))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"retry: 1\nid: 1\ndata: {Data}\n\n");
        });
        await app.StartAsync();
        return new OneEvent(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
