using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseGateway;
using SseGateway.Fleet.Store;
using SseGateway.Streams.Life;

namespace Dialects.Tests.Running;

/// <summary>The gateway in this process, in front of the scripted service, with a route for each case.</summary>
internal sealed class StagedGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private Task? _stopping;

    private StagedGateway(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public StreamRegistry Streams => _app.Services.GetRequiredService<StreamRegistry>();

    /// <param name="service">Where the service is.</param>
    /// <param name="time">The gateway's clock.</param>
    /// <param name="settings"><c>Key=value</c>.</param>
    public static async Task<StagedGateway> StartAsync(string service, TimeProvider time, params string[] settings)
    {
        var routes = Cases.All.SelectMany(name => new[]
        {
            $"ReverseProxy:Routes:{name}:ClusterId=service", $"ReverseProxy:Routes:{name}:Match:Path=/{name}/{{**rest}}",
        });
        var app = GatewayApp.Build(
            ["--urls", "http://127.0.0.1:0", "--environment", "Production", "--drain-window", "0", "--finish-window", "0", "--admin-url", "off",
                .. routes.Append($"ReverseProxy:Clusters:service:Destinations:one:Address={service}").Concat(settings).Select(setting => "--" + setting)],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(time);
            });
        await app.StartAsync();
        return new StagedGateway(app);
    }

    /// <summary>Completes when the fleet's Redis answers it.</summary>
    public async Task JoinedAsync()
    {
        while (!_app.Services.GetRequiredService<FleetStore>().Status.IsHere)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Does what a signal does: begins to drain.</summary>
    public Task BeginStop() => _stopping ??= _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        // On a clock that stands still a drain would not come to its end.
        await (_stopping ?? _app.StopAsync(new CancellationToken(canceled: true)));
        await _app.DisposeAsync();
    }
}
