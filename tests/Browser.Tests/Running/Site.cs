using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ChatBackend;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SseGateway;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>The chat service and the gateway in front of it: as the demo. In a process of its own the service can be killed.</summary>
internal sealed class Site : IAsyncDisposable
{
    private const string StreamKey = "a-key-for-tests-by-which-the-gateway-has-shared-streams";

    /// <summary>Settings by which all people in a room share one stream of the service's.</summary>
    public static readonly string[] SharedRooms =
    [
        $"Chat:SharedStreamKey={StreamKey}",
        "ReverseProxy:Routes:rooms-events:ClusterId=chat",
        "ReverseProxy:Routes:rooms-events:Match:Path=/rooms/{room}/events",
        "ReverseProxy:Routes:rooms-events:Match:Methods:0=GET",
        "ReverseProxy:Routes:rooms-events:Transforms:0:RequestHeader=Authorization",
        $"ReverseProxy:Routes:rooms-events:Transforms:0:Set=Bearer {StreamKey}",
        "SseGateway:Routes:rooms-events:Sharing:Enabled=true",
        "SseGateway:Routes:rooms-events:Sharing:OnGap=Live",
    ];

    private readonly DirectoryInfo _folder;
    private readonly WebApplication? _service;
    private readonly BackendProcess? _backend;
    private readonly WebApplication _gateway;

    private Site(DirectoryInfo folder, WebApplication? service, BackendProcess? backend, WebApplication gateway)
    {
        (_folder, _service, _backend, _gateway) = (folder, service, backend, gateway);
        Address = new Uri(gateway.Urls.First());
    }

    /// <summary>The service that has a process of its own.</summary>
    public BackendProcess Backend => _backend ?? throw new InvalidOperationException($"Started without {nameof(StartToKillAsync)}.");

    /// <summary>The gateway's.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Starts both in this process. <paramref name="settings"/> that begin with <c>Chat:</c> are the service's, the others the gateway's, such as
    /// <c>SseGateway:Limits:Streams=1</c>.
    /// </summary>
    public static Task<Site> StartAsync(params string[] settings) => StartAsync(toKill: false, settings);

    /// <summary>The same, but the service has a process of its own, whose start takes ten times the processor time (1.3 s, and 0.13 s here).</summary>
    public static Task<Site> StartToKillAsync(params string[] settings) => StartAsync(toKill: true, settings);

    private static async Task<Site> StartAsync(bool toKill, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("browser-tests-");
        var key = Path.Combine(folder.FullName, "signing.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)), TestContext.Current.CancellationToken);

        // Without a grace a leave can be seen at once; the log tells of the streams.
        var (own, others) = (settings.Where(IsOfService), settings.Where(setting => !IsOfService(setting)));
        string[] service =
        [
            $"--Chat:DatabasePath={Path.Combine(folder.FullName, "chat.db")}", $"--Chat:SigningKeyFile={key}", "--Chat:TrustGatewaySubject=true",
            "--Chat:LeaveGrace=00:00:00", "--Logging:LogLevel:ChatBackend.Streams=Debug", .. own.Select(setting => "--" + setting),
        ];
        var backend = toKill ? await BackendProcess.StartAsync(service) : null;
        var app = toKill ? null : await StartServiceAsync(service);
        var gateway = GatewayApp.Build(
        [
            "--urls=http://127.0.0.1:0",
            "--drain-window=0",
            "--admin-url=off",
            $"--ReverseProxy:Clusters:chat:Destinations:one:Address={backend?.Address.AbsoluteUri ?? app!.Urls.Single()}",
            "--ReverseProxy:Routes:page:ClusterId=chat",
            "--ReverseProxy:Routes:page:Match:Path={**path}",
            "--ReverseProxy:Routes:rooms:ClusterId=chat",
            "--ReverseProxy:Routes:rooms:Match:Path=/rooms/{**path}",
            "--SseGateway:Authentication:Mode=Required",
            $"--SseGateway:Authentication:Jwt:KeyFile={key}",
            "--SseGateway:Authentication:Jwt:Issuer=ssegateway-chat",
            "--SseGateway:Authentication:Jwt:Audience=ssegateway-chat",
            "--SseGateway:Authentication:Carriers:Cookie=chat_token",
            "--SseGateway:Routes:page:Authentication:Mode=None",
            .. others.Select(setting => "--" + setting),
        ],
        builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        return new Site(folder, app, backend, gateway);
    }

    /// <summary>Posts as somebody without a browser.</summary>
    public async Task PostAsync(string name, string room, params string[] texts)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var login = await http.PostAsJsonAsync("login", new { name }, TestContext.Current.CancellationToken);
        login.EnsureSuccessStatusCode();
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var text in texts)
        {
            using var response = await http.PostAsJsonAsync($"rooms/{room}/messages", new { text }, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    public static string[] Numbered(string text, int count) =>
        [.. Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{text} {number}"))];

    private static async Task<WebApplication> StartServiceAsync(string[] settings)
    {
        var app = ChatApp.Build(["--urls=http://127.0.0.1:0", .. settings], builder => builder.Logging.ClearProviders());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static bool IsOfService(string setting) => setting.StartsWith("Chat:", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync(CancellationToken.None);
        await _gateway.DisposeAsync();
        _backend?.Dispose();
        if (_service is not null)
        {
            await _service.StopAsync(CancellationToken.None);
            await _service.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
