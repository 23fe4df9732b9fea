using Microsoft.Extensions.Hosting.Systemd;

namespace SseGateway.Hosting;

/// <summary>
/// Tells systemd, or whoever else has given the process a <c>NOTIFY_SOCKET</c>, that the gateway listens, and that it goes down. What the package does beside
/// that would take Ctrl+C away, and the choice of the log's format.
/// </summary>
internal sealed class SystemdNotices(IHostApplicationLifetime lifetime) : IHostedService
{
    /// <summary>The format of the log that suits where it goes: the journal takes a line's level from its beginning.</summary>
    public static string LogFormat => SystemdHelpers.IsSystemdService() ? "systemd" : "simple";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var notifier = new SystemdNotifier();
        if (notifier.IsEnabled)
        {
            lifetime.ApplicationStarted.Register(() => notifier.Notify(ServiceState.Ready));
            lifetime.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
