using System.Net.Http.Json;
using System.Text.Json;
using ChatBackend;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Running;

/// <summary>The service on a real socket with a database of its own, in this process.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    public const string SigningKey = "a key for tests, long enough for HS256";

    private readonly WebApplication _app;
    private readonly TemporaryFolder? _folder;
    private readonly List<ChatClient> _clients = [];

    private ChatServer(WebApplication app, TemporaryFolder? folder, CapturedLog log)
    {
        _app = app;
        _folder = folder;
        Log = log;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts with settings like <c>Chat:LeaveGrace=00:00:01</c>.</summary>
    public static Task<ChatServer> StartAsync(params string[] settings) => StartAsync(time: null, settings);

    /// <summary>Starts with a clock that only the test moves.</summary>
    public static async Task<ChatServer> StartAsync(FakeTimeProvider? time, params string[] settings)
    {
        var folder = new TemporaryFolder();
        return await StartAsync(folder.File("chat.db"), folder, time, settings);
    }

    /// <summary>Starts on a database that the caller owns, to be started on again.</summary>
    public static Task<ChatServer> StartOnAsync(string database, params string[] settings) => StartAsync(database, folder: null, time: null, settings);

    private static async Task<ChatServer> StartAsync(string database, TemporaryFolder? folder, FakeTimeProvider? time, string[] settings)
    {
        var log = new CapturedLog();
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--Chat:SigningKey={SigningKey}", $"--Chat:DatabasePath={database}", "--Logging:LogLevel:Default=Trace",
            "--Logging:LogLevel:Microsoft=Trace", .. settings.Select(setting => "--" + setting),
        ];
        var app = ChatApp.Build(args, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            if (time is not null)
                builder.Services.AddSingleton<TimeProvider>(time);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ChatServer(app, folder, log);
    }

    /// <summary>Signs somebody in.</summary>
    public async Task<ChatClient> SignInAsync(string name)
    {
        var anonymous = Client();
        using var response = await anonymous.Http.PostAsJsonAsync("login", new { name }, Deadline.Token());
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token());
        return Client(body.GetProperty("token").GetString());
    }

    /// <summary>A client with a token of the test's making, or none.</summary>
    public ChatClient Client(string? token = null)
    {
        var client = new ChatClient(Address, token);
        _clients.Add(client);
        return client;
    }

    public Task StopAsync() => _app.StopAsync(Deadline.Token());

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _app.DisposeAsync();
        _folder?.Dispose();
    }
}
