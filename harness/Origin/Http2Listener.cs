using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SseGateway.Harness.Origin;

/// <summary>The stream server's HTTP/2, in cleartext by prior knowledge.</summary>
internal sealed class Http2Listener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Http2Listener(WebApplication app) => _app = app;

    public IPEndPoint Address
    {
        get
        {
            var url = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            return new IPEndPoint(IPAddress.Parse(url.Host.Trim('[', ']')), url.Port);
        }
    }

    /// <param name="address">Where to listen.</param>
    /// <param name="find">Finds a case by a request's target; null when it is nobody's.</param>
    /// <param name="claim">Gives a connection its number.</param>
    /// <param name="streams">Streams at once on a connection.</param>
    /// <param name="certificate">With one TLS is spoken, and HTTP/1.1 to those who do not take HTTP/2.</param>
    public static async Task<Http2Listener> StartAsync(IPEndPoint address, Func<string, OriginRun?> find, Func<int> claim, int streams = 100,
        X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A proxy may say https of what came to it so, and speak cleartext behind.
            kestrel.AllowAlternateSchemes = true;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = streams;
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = certificate is null ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }

                listen.Use(next => connection =>
                {
                    connection.Items["number"] = claim();
                    return next(connection);
                });
            });
        });
        var app = builder.Build();
        app.Run(async context =>
        {
            if (find(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } run)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            var exchange = new Http2Exchange(context, run.Tap);
            run.Post(exchange);
            await exchange.Finished;
        });
        await app.StartAsync();
        return new Http2Listener(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
