using System.Globalization;
using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SseGateway;
using SseGateway.Admin;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;

namespace Gateway.Tests.Running;

/// <summary>The gateway in this process, on real Kestrel sockets on a port of its own, with everything it logs captured.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    /// <summary>Settings for an endpoint that speaks HTTP/2 without TLS.</summary>
    public static readonly string[] Http2Endpoint = ["Kestrel:EndpointDefaults:Protocols=Http2"];

    /// <summary>The setting that gives a gateway its admin listener, on a free port; without it there is none.</summary>
    public const string WithAdmin = "SseGateway:Admin:Url=http://127.0.0.1:0";

    private readonly WebApplication _app;
    private Task? _stopping;
    private bool _disposed;

    private GatewayUnderTest(WebApplication app, CapturedLog log)
    {
        (_app, Log) = (app, log);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new Uri(addresses.Addresses.Single());
    }

    public Uri Address { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    public CapturedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    public StreamRegistry Streams => Services.GetRequiredService<StreamRegistry>();

    /// <summary>The operator's listener; started with <see cref="WithAdmin"/>.</summary>
    public HttpClient Admin =>
        field ??= new HttpClient { BaseAddress = new Uri(Services.GetRequiredService<AdminServer>().Address!), Timeout = Deadline.Limit };

    public StreamLimiter Limiter => Services.GetRequiredService<StreamLimiter>();

    /// <summary>Starts a gateway with one route (id <c>upstream</c>) for every path to one upstream, and the given <c>Key=value</c> settings.</summary>
    public static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, params string[] settings) => StartAsync(upstream.Url, settings);

    /// <inheritdoc cref="StartAsync(ScriptedUpstream, string[])"/>
    public static Task<GatewayUnderTest> StartAsync(string upstreamUrl, params string[] settings)
        => StartWithRoutesAsync(Route("upstream", "{**path}", upstreamUrl), settings);

    /// <summary>As the others, with services of the test's that are there before the gateway adds its own, such as a clock.</summary>
    public static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, Action<IServiceCollection> services, params string[] settings)
        => StartAsync(upstream.Url, services, settings);

    /// <inheritdoc cref="StartAsync(ScriptedUpstream, Action{IServiceCollection}, string[])"/>
    public static Task<GatewayUnderTest> StartAsync(string upstreamUrl, Action<IServiceCollection> services, params string[] settings)
        => StartAsync([.. Route("upstream", "{**path}", upstreamUrl).Concat(settings).Select(s => "--" + s)], services);

    // The kernel acknowledges a small segment by its own clock, after up to 0.2 s; a minute and a half of the test's may have passed by then.
    private const string NobodyVanishes = "SseGateway:Timeouts:Unacknowledged=10h";

    /// <summary>As the others, on a clock of the test's; on which a sweep is made with every second that passes.</summary>
    public static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, FakeTimeProvider time, params string[] settings)
        => StartAsync(upstream.Url, time, settings);

    /// <inheritdoc cref="StartAsync(ScriptedUpstream, FakeTimeProvider, string[])"/>
    public static Task<GatewayUnderTest> StartAsync(string upstreamUrl, FakeTimeProvider time, params string[] settings)
        => StartAsync(
            [.. Route("upstream", "{**path}", upstreamUrl).Append(NobodyVanishes).Concat(settings).Select(s => "--" + s)],
            services =>
            {
                services.AddSingleton<TimeProvider>(time);
                // A drain is a part of the shutdown, and its clock may stand still for as long as a test likes.
                services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = 4 * Deadline.Limit);
            });

    /// <summary>Starts a gateway whose routes are given as settings (see <see cref="Route"/>).</summary>
    public static Task<GatewayUnderTest> StartWithRoutesAsync(IEnumerable<string> routes, params string[] settings)
        => StartWithArgumentsAsync([.. routes.Concat(settings).Select(s => "--" + s)]);

    /// <summary>Starts a gateway from its command line; the address is always 127.0.0.1 and a free port.</summary>
    public static Task<GatewayUnderTest> StartWithArgumentsAsync(params string[] arguments) => StartAsync(arguments, _ => { });

    private static async Task<GatewayUnderTest> StartAsync(string[] arguments, Action<IServiceCollection> services)
    {
        var log = new CapturedLog();
        var app = GatewayApp.Build(
            ["--urls", "http://127.0.0.1:0", "--environment", "Production", "--drain-window", "0", "--finish-window", "0", "--admin-url", "off", .. arguments],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(log);
                // A test that failed with open streams must not hold up the run.
                builder.Services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
                services(builder.Services);
            });
        try
        {
            await app.StartAsync();
            return new GatewayUnderTest(app, log);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>The settings of a YARP route with a cluster of the same id.</summary>
    public static IEnumerable<string> Route(string id, string path, params string[] destinations) =>
    [
        $"ReverseProxy:Routes:{id}:ClusterId={id}",
        $"ReverseProxy:Routes:{id}:Match:Path={path}",
        .. destinations.Select((url, i) => $"ReverseProxy:Clusters:{id}:Destinations:{i.ToString(CultureInfo.InvariantCulture)}:Address={url}"),
    ];

    public Task<RawClient> ConnectAsync(IPAddress? from = null) => RawClient.ConnectAsync(EndPoint, from);

    /// <summary>A whole HTTP/1.1 request head with the Host field of this gateway and the given field lines.</summary>
    public string Head(string method, string target, params string[] fields)
        => $"{method} {target} HTTP/1.1\r\nHost: {Address.Authority}\r\n{string.Concat(fields.Select(f => f + "\r\n"))}\r\n";

    /// <summary>Sends a request on a connection of its own and returns when the answer's head has arrived.</summary>
    public async Task<RawResponse> SendAsync(string method, string target, string[]? fields = null, string body = "", IPAddress? from = null)
    {
        var client = await BeginAsync(method, target, fields, body, from);
        try
        {
            return await client.ReadResponseAsync(toHead: method == "HEAD");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request on a connection of its own and leaves the answer to the test.</summary>
    public async Task<RawClient> BeginAsync(string method, string target, string[]? fields = null, string body = "", IPAddress? from = null)
    {
        var client = await ConnectAsync(from);
        string[] length = body.Length > 0 || method is "POST" or "PUT" ? [$"Content-Length: {body.Length}"] : [];
        await client.SendAsync(Head(method, target, [.. fields ?? [], .. length]) + body);
        return client;
    }

    /// <summary>GET with <c>Accept: text/event-stream</c>, as a client that is not a browser sends it; returns at the answer's head.</summary>
    public Task<RawResponse> OpenAsync(string target = "/events", params string[] fields)
        => SendAsync("GET", target, ["Accept: text/event-stream", .. fields]);

    /// <summary>GET with the fields a browser's EventSource sends; returns at the answer's head.</summary>
    public Task<RawResponse> OpenAsBrowserAsync(string target = "/events", params string[] fields)
        => SendAsync("GET", target, [.. Browser.EventSourceFields, .. fields]);

    /// <summary>Opens a stream and gives both ends of it: the head has been sent and has arrived.</summary>
    public async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenStreamAsync(
        ScriptedUpstream upstream, string target = "/events", params string[] fields)
    {
        var client = await BeginAsync("GET", target, ["Accept: text/event-stream", .. fields]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        Xunit.Assert.Equal(200, response.Status);
        return (exchange, response);
    }

    /// <summary>As <see cref="OpenAsync"/> for a client that is an EventSource by its fields, though no browser.</summary>
    public Task<RawResponse> OpenAsEventSourceAsync(string target = "/events", params string[] fields) => OpenAsync(target, [Browser.NoCache, .. fields]);

    /// <summary>As <see cref="OpenStreamAsync"/> for a client that is an EventSource by its fields, though no browser.</summary>
    public Task<(UpstreamExchange Exchange, RawResponse Response)> OpenEventSourceAsync(
        ScriptedUpstream upstream, string target = "/events", params string[] fields) => OpenStreamAsync(upstream, target, [Browser.NoCache, .. fields]);

    public Http2Client CreateHttp2Client() => Http2Client.Create(Address);

    /// <summary>Does what a signal does: begins to drain. Gives the whole of the stop.</summary>
    /// <param name="hurry">Ends the drain early, as the host's shutdown timeout does.</param>
    public Task BeginStop(CancellationToken hurry = default) => _stopping ??= _app.StopAsync(hurry);

    public async ValueTask DisposeAsync()
    {
        // A test may end it earlier than its scope does, to see all that it logs.
        if (_disposed) return;
        _disposed = true;

        // On a clock of the test's that stands still a drain would not come to its end.
        var hurry = Services.GetRequiredService<TimeProvider>() == TimeProvider.System ? CancellationToken.None : new CancellationToken(canceled: true);
        await Deadline.ForAsync(BeginStop(hurry), "the gateway to stop");
        await _app.DisposeAsync();
        foreach (var line in Log.Lines.Take(100)) Xunit.TestContext.Current.TestOutputHelper?.WriteLine(line.Length > 400 ? line[..400] : line);
    }
}
