using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Upstream;

/// <summary>An ASP.NET Core service without TLS, on a free port or a Unix socket, in one version of HTTP.</summary>
internal sealed class AnyUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _folder;

    private AnyUpstream(WebApplication app, string? folder) => (_app, _folder) = (app, folder);

    /// <summary>Its port.</summary>
    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>The path of its socket.</summary>
    public string Socket => Path.Combine(_folder!, "service.sock");

    public static async Task<AnyUpstream> StartAsync(
        HttpProtocols version, bool onSocket, Action<WebApplication> map, Action<IServiceCollection>? services = null)
    {
        var folder = onSocket ? Directory.CreateTempSubdirectory("sse").FullName : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            if (folder is not null) kestrel.ListenUnixSocket(Path.Combine(folder, "service.sock"), endpoint => endpoint.Protocols = version);
            else kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = version);
        });
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        map(app);
        await app.StartAsync();
        return new AnyUpstream(app, folder);
    }

    /// <summary>Answers with what it was asked, as a stream of one event for who wants one.</summary>
    public static async Task EchoAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new StreamReader(request.Body);
        var said = $"{request.Protocol} {request.Method} {request.Host} {request.Path}{request.QueryString} {await body.ReadToEndAsync()}".Trim();
        if (request.Headers.Accept == "text/event-stream")
        {
            context.Response.ContentType = "text/event-stream";
            said = $"data: {said}\n\n";
        }

        await context.Response.WriteAsync(said);
    }

    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource(0)) await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}
