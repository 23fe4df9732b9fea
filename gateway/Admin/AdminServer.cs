using System.Text.Json;
using System.Text.Json.Serialization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using SseGateway.Admin.Access;
using SseGateway.Admin.FleetViews;
using SseGateway.Admin.Live;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Telemetry;

namespace SseGateway.Admin;

/// <summary>
/// The operator's listener: a server of its own, so that nothing of it can be reached through the public address, and nothing that is
/// public through this one. It is there before the public one and, for the length of a drain, after it.
/// </summary>
internal sealed partial class AdminServer(IServiceProvider gateway, AdminSettings settings, ILoggerFactory loggers, ILogger<AdminServer> logger)
    : IHostedLifecycleService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens; null before it does.</summary>
    public string? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Url is { } url)
        {
            await ListenAsync(url, cancellationToken);
            return;
        }

        try
        {
            await ListenAsync(AdminSettings.DefaultUrl, cancellationToken);
        }
        catch (Exception taken) when (IsInUse(taken))
        {
            // A second gateway on this machine is no mistake, and nobody has asked for just this port.
            LogTaken(logger, AdminSettings.DefaultUrl);
            await ListenAsync(AdminSettings.AnyPortUrl, cancellationToken);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        LogAddress(logger, Address!);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is { } app)
        {
            await app.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Two that start at the same moment can both bind; the second one then may not listen, which Kestrel gives as the socket's own exception.
    private static bool IsInUse(Exception taken) =>
        (taken.InnerException ?? taken) is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };

    private async Task ListenAsync(string url, CancellationToken cancellationToken)
    {
        var app = Build(url);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        _app = app;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    // Empty: the operator's configuration is for the gateway, and its endpoints, certificates and hosting options must not come here too.
    private WebApplication Build(string url)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var sockets = ActivatorUtilities.CreateInstance<SocketTransportFactory>(gateway, Options.Create(new SocketTransportOptions()));
        builder.WebHost.UseKestrelCore().UseUrls(url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IConnectionListenerFactory>(
            new BudgetedListenerFactory(sockets, gateway.GetRequiredService<FileBudget>().OfAdminListener()));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        var app = builder.Build();
        app.UseMiddleware<AdminGuard>(settings);
        app.UseStatusCodePages();
        var login = settings.Token is { } token ? new AdminLogin(token, ActivatorUtilities.CreateInstance<TokenGuesses>(gateway)) : null;
        if (login is not null)
        {
            app.Use(login.InvokeAsync);
        }

        gateway.GetRequiredService<TelemetryExport>().Map(app);
        app.UseRouting();
        login?.Map(app);
        new LiveEndpoint(gateway.GetRequiredService<LiveFeed>()).Map(app, app.Lifetime.ApplicationStopping);
        ActivatorUtilities.CreateInstance<HealthEndpoints>(gateway).Map(app);
        ActivatorUtilities.CreateInstance<StreamEndpoints>(gateway).Map(app);
        ActivatorUtilities.CreateInstance<RevokeEndpoint>(gateway).Map(app);
        ActivatorUtilities.CreateInstance<DrainEndpoint>(gateway).Map(app);
        new FleetEndpoint(gateway).Map(app);
        return app;
    }

    [LoggerMessage(EventId = 141, Level = LogLevel.Information, Message = "Admin: {Url}")]
    private static partial void LogAddress(ILogger logger, string url);

    [LoggerMessage(
        EventId = 142, Level = LogLevel.Warning, Message = "The default admin address {Url} is in use; taking any free port. SseGateway:Admin:Url sets one")]
    private static partial void LogTaken(ILogger logger, string url);

    // The signals are the gateway's.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
