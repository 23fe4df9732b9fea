using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>An empty page on an origin of its own.</summary>
internal sealed class ForeignSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ForeignSite(WebApplication app)
    {
        _app = app;
        Origin = app.Urls.First();
    }

    public string Origin { get; }

    public static async Task<ForeignSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/", () => Results.Content("<!doctype html><title>Elsewhere</title>", "text/html"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ForeignSite(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
