using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseGateway;

namespace Gateway.Tests.Hosting;

/// <summary>An ordinary ASP.NET Core application with endpoints of its own under /own, and the gateway for everything under /events.</summary>
internal sealed class HostApplication : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HostApplication(WebApplication app, CapturedLog log)
    {
        (_app, Log) = (app, log);
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = Deadline.Limit };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<HostApplication> StartAsync(ScriptedUpstream upstream, params string[] settings) => StartAsync(upstream, _ => { }, settings);

    /// <param name="upstream">What the gateway is for.</param>
    /// <param name="services">Adds services of the application's before the gateway's.</param>
    /// <param name="settings"><c>Key=value</c>.</param>
    public static async Task<HostApplication> StartAsync(ScriptedUpstream upstream, Action<IServiceCollection> services, params string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Configuration.AddInMemoryCollection(
            GatewayUnderTest.Route("events", "/events/{**path}", upstream.Url).Concat(settings)
                .Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder.Services);
        builder.AddSseGateway();

        var app = builder.Build();
        app.MapSseGateway();
        app.MapGet("/own/hello", () => "hello");
        app.MapGet("/own/missing", () => Results.StatusCode(StatusCodes.Status404NotFound));
        app.MapPost("/own/limit", (HttpContext context) => $"{context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize}");
        app.MapGet("/own/cors", (HttpContext context) =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "https://own.example";
            return "own";
        });
        await app.StartAsync();
        return new HostApplication(app, log);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Deadline.ForAsync(_app.StopAsync(CancellationToken.None), "the application to stop");
        await _app.DisposeAsync();
    }
}
