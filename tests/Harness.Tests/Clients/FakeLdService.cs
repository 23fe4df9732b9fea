using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Scripts;

namespace Harness.Tests.Clients;

/// <summary>A test service as LaunchDarkly's contract tests want it, around a client of ours. Its callbacks overtake each other.</summary>
internal sealed class FakeLdService : IAsyncDisposable
{
    private static readonly string[] Capabilities = ["headers", "post"];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<string, IClientSession> _streams = new();
    // Not one for each of a thousand events that come at once.
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 16 });
    private readonly FaultyClient _client;
    private readonly WebApplication _app;
    private int _created;

    private FakeLdService(Fault fault)
    {
        _client = new FaultyClient(fault);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>Streams that were created and not deleted.</summary>
    public int Open => _streams.Count;

    public static async Task<FakeLdService> StartAsync(Fault fault)
    {
        var service = new FakeLdService(fault);
        await service._app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _client.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        switch (context.Request.Method)
        {
            case "GET":
                await context.Response.WriteAsJsonAsync(new { Capabilities });
                break;
            case "POST" when path == "/":
                var stream = await JsonSerializer.DeserializeAsync<Stream>(context.Request.Body, Json);
                path = $"/streams/{Interlocked.Increment(ref _created)}";
                _streams[path] = await OpenAsync(stream!);
                context.Response.StatusCode = StatusCodes.Status201Created;
                context.Response.Headers.Location = path;
                break;
            case "DELETE" when _streams.TryRemove(path, out var session):
                await session.DisposeAsync();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                break;
        }
    }

    private Task<IClientSession> OpenAsync(Stream stream)
    {
        var number = 0;
        var app = new AppActions { Method = stream.Method, Body = stream.Body, Headers = stream.Headers };
        return _client.OpenAsync(new ClientOrder("", stream.StreamUrl, app, []), report =>
            _ = TellAsync($"{stream.CallbackUrl}/{Interlocked.Increment(ref number)}", report), CancellationToken.None);
    }

    private async Task TellAsync(string url, ClientReport report)
    {
        object message = report.Kind switch
        {
            ReportKind.Event => new { kind = "event", @event = new { type = report.Type, data = report.Data, id = report.Id } },
            ReportKind.Error => new { kind = "error", comment = "broken" },
            _ => new { kind = "comment", comment = "" },
        };
        try
        {
            using var _ = await _http.PostAsJsonAsync(url, message);
        }
        catch (HttpRequestException)
        {
            // The harness has seen enough.
        }
    }

    private sealed record Stream(string StreamUrl, string CallbackUrl, string? Method, string? Body, Dictionary<string, string>? Headers);
}
