using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>A small proxy that speaks HTTP/2 in cleartext to clients, on a port of its own beside HTTP/1.1, and HTTP/1.1 to its upstream.</summary>
internal sealed class Http2Proxy : IAsyncDisposable
{
    private static readonly string[] Passed = ["Accept", "Last-Event-ID", "Cache-Control"];

    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly SemaphoreSlim _workers = new(6);
    private readonly Defect _defect;
    private readonly IPEndPoint _upstream;

    private Http2Proxy(WebApplication app, IPEndPoint upstream, Defect defect) => (_app, _upstream, _defect) = (app, upstream, defect);

    public Uri Url => new(_app.Urls.First());

    public Uri Http2Url => new(_app.Urls.Last());

    /// <param name="upstream">Where it forwards to.</param>
    /// <param name="defect">What is wrong with it.</param>
    /// <param name="streams">That it allows on one connection.</param>
    public static async Task<Http2Proxy> StartAsync(IPEndPoint upstream, Defect defect, int streams)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = streams;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var proxy = new Http2Proxy(app, upstream, defect);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        _workers.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var isHttp2 = context.Request.Protocol == "HTTP/2";
        try
        {
            await (isHttp2 && _defect == Defect.HasSixWorkers ? _workers.WaitAsync(stop) : Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, stop);
            using var response = await AskAsync(context, body.ToArray(), stop);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await context.Response.Body.FlushAsync(stop);
            var from = await response.Content.ReadAsStreamAsync(stop);
            var buffer = new byte[16 * 1024];
            while (await from.ReadAsync(buffer, stop) is var count && count > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), stop);
            }
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
        finally
        {
            _ = isHttp2 && _defect == Defect.HasSixWorkers ? _workers.Release() : 0;
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpContext context, byte[] body, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(context.Request.Method), $"http://{_upstream}{context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}");

            // What is sent on a connection of its own nobody repeats by himself.
            request.Headers.ConnectionClose = true;
            foreach (var name in Passed.Where(context.Request.Headers.ContainsKey))
            {
                request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToArray());
            }

            request.Content = body.Length > 0 ? new ByteArrayContent(body) : null;
            try
            {
                return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            }
            catch (HttpRequestException) when (attempt == 1 && _defect == Defect.RepeatsPosts)
            {
                // Once more.
            }
        }
    }
}
