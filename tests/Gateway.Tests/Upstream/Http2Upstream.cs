using System.Threading.Channels;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Upstream;

/// <summary>An upstream that speaks HTTP/2 without TLS; each request waits until the test has played it to its end.</summary>
internal sealed class Http2Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Http2Exchange> _arrived = Channel.CreateUnbounded<Http2Exchange>();

    private Http2Upstream(int maxStreams)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.Limits.Http2.MaxStreamsPerConnection = maxStreams;
        });
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            var exchange = new Http2Exchange(context);
            await _arrived.Writer.WriteAsync(exchange);
            await exchange.Finished;
        });
    }

    /// <summary>Settings with which the gateway speaks HTTP/2 to the cluster <c>upstream</c>.</summary>
    public static readonly string[] Settings =
        ["ReverseProxy:Clusters:upstream:HttpRequest:Version=2", "ReverseProxy:Clusters:upstream:HttpRequest:VersionPolicy=RequestVersionExact"];

    public string Url => _app.Urls.Single();

    public static async Task<Http2Upstream> StartAsync(int maxStreams = 100)
    {
        var upstream = new Http2Upstream(maxStreams);
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>The next request, in order of arrival.</summary>
    public Task<Http2Exchange> NextAsync() => Deadline.ForAsync(token => _arrived.Reader.ReadAsync(token), "a request at the HTTP/2 upstream");

    public async ValueTask DisposeAsync()
    {
        while (_arrived.Reader.TryRead(out var exchange)) exchange.Reset(0);
        await _app.DisposeAsync();
    }
}
