using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Edge;
using SseGateway.Edge.Authentication;
using SseGateway.Streams.Limits;
using Xunit;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Tests.Edge;

/// <summary>
/// The edge's middlewares on real Kestrel sockets, with a handler in YARP's place: routes <c>a</c> (/a/…), <c>b</c> (/b/…) and a page that is
/// no route of the gateway (/other).
/// </summary>
internal sealed class EdgeHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdgeHost(WebApplication app, CapturedLog log)
    {
        (_app, Log) = (app, log);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public CapturedLog Log { get; }

    public StreamLimiter Limiter => _app.Services.GetRequiredService<StreamLimiter>();

    /// <summary>What came through to the upstream's place, in order.</summary>
    public ConcurrentQueue<ForwardedRequest> Forwarded { get; } = new();

    /// <summary>What the upstream's place answers; 200 with the text "ok" by default.</summary>
    public RequestDelegate Upstream { get; set; } = context => context.Response.WriteAsync("ok", context.RequestAborted);

    /// <summary>Starts with settings as <c>Cors:Origins=…</c>, relative to the section SseGateway.</summary>
    public static Task<EdgeHost> StartAsync(params string[] settings) => StartAsync(TimeProvider.System, settings);

    public static async Task<EdgeHost> StartAsync(TimeProvider time, params string[] settings)
    {
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.Services.AddSingleton(time);
        builder.Services.AddRouting();
        builder.Services.AddGatewayEdge(Settings(settings));
        var app = builder.Build();
        EdgeHost? host = null;
        app.UseRouting();
        app.UseGatewayEdge();
        app.Map("/a/{**rest}", context => host!.ForwardAsync(context)).WithMetadata(Route("a"));
        app.Map("/b/{**rest}", context => host!.ForwardAsync(context)).WithMetadata(Route("b"));
        app.Map("/other", context => context.Response.WriteAsync(context.Request.QueryString.Value + context.Request.Headers.Authorization));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return host = new EdgeHost(app, log);
    }

    /// <summary>Reads settings that must be right.</summary>
    public static GatewaySettings Settings(params string[] settings)
    {
        var errors = new StartupErrors();
        var values = settings.Select(setting => KeyValuePair.Create("SseGateway:" + setting[..setting.IndexOf('=', StringComparison.Ordinal)],
            (string?)setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        var read = GatewaySettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), errors, requireRoutes: false);
        Assert.Empty(errors.Lines);
        return read;
    }

    /// <summary>Sends a request on a connection of its own and returns at the answer's head.</summary>
    public async Task<RawResponse> SendAsync(string method, string target, params string[] fields)
    {
        var client = await BeginAsync(method, target, fields);
        return await client.ReadResponseAsync(toHead: method == "HEAD");
    }

    /// <summary>Sends a request on a connection of its own and leaves the answer to the test.</summary>
    public async Task<RawClient> BeginAsync(string method, string target, string[] fields, IPAddress? from = null)
    {
        var client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Address.Port), from);
        string[] length = method == "POST" ? ["Content-Length: 0"] : [];
        var lines = string.Concat(fields.Concat(length).Select(field => field + "\r\n"));
        await client.SendAsync($"{method} {target} HTTP/1.1\r\nHost: {Address.Authority}\r\n{lines}\r\n");
        return client;
    }

    /// <summary>Makes the upstream's place a stream: the head at once, then silence until the client leaves.</summary>
    public void UpstreamStreams() => Upstream = async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Deadline.ForAsync(_app.StopAsync(now.Token), "the host to stop");
        await _app.DisposeAsync();
    }

    private static RouteModel Route(string id) =>
        new(new RouteConfig { RouteId = id, Match = new RouteMatch { Path = "/" } }, cluster: null, HttpTransformer.Default);

    private async Task ForwardAsync(HttpContext context)
    {
        Forwarded.Enqueue(new ForwardedRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString.Value,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Features.Get<Caller>()));
        try
        {
            await Upstream(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left, as the relay would end.
        }
    }
}
