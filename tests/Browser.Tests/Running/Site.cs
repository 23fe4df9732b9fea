using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SseGateway;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>The chat service in its own process, and in front of it the gateway in this one: as the demo, but to be killed in parts.</summary>
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
    private readonly WebApplication _gateway;

    private Site(DirectoryInfo folder, BackendProcess backend, WebApplication gateway)
    {
        _folder = folder;
        Backend = backend;
        _gateway = gateway;
        Address = new Uri(gateway.Urls.First());
    }

    public BackendProcess Backend { get; }

    /// <summary>The gateway's.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Starts both. <paramref name="settings"/> that begin with <c>Chat:</c> are the service's, the others the gateway's, such as
    /// <c>SseGateway:Limits:Streams=1</c>.
    /// </summary>
    public static async Task<Site> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("browser-tests-");
        var key = Path.Combine(folder.FullName, "signing.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)), TestContext.Current.CancellationToken);

        // Without a grace a leave can be seen at once; the log tells of the streams.
        var (own, others) = (settings.Where(IsOfService), settings.Where(setting => !IsOfService(setting)));
        var backend = new BackendProcess(
            folder.FullName,
            [
                $"--Chat:SigningKeyFile={key}", "--Chat:TrustGatewaySubject=true", "--Chat:LeaveGrace=00:00:00",
                "--Logging:LogLevel:ChatBackend.Streams=Debug", .. own.Select(setting => "--" + setting),
            ]);
        await backend.StartAsync();
        var gateway = GatewayApp.Build(
        [
            "--urls=http://127.0.0.1:0",
            "--drain-window=0",
            "--admin-url=off",
            $"--ReverseProxy:Clusters:chat:Destinations:one:Address={backend.Address}",
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
        return new Site(folder, backend, gateway);
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

    private static bool IsOfService(string setting) => setting.StartsWith("Chat:", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync(CancellationToken.None);
        await _gateway.DisposeAsync();
        Backend.Dispose();
        _folder.Delete(recursive: true);
    }
}
