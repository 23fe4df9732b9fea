using System.Runtime.InteropServices;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Endings;

/// <summary>
/// Drains when the host begins to stop, before any of its services does: the listeners are open all the while, so that readiness can be
/// asked for and new streams are told to go elsewhere. ASP.NET Core fires RequestAborted only after its shutdown timeout, so streams that
/// waited for it would hold the process for all of that time.
/// </summary>
internal sealed partial class StreamShutdown(StreamRegistry registry, CurrentSettings settings, TimeProvider time, ILogger<StreamShutdown> logger)
    : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var streams = registry.Count;
        var (window, finish) = (settings.Value.DrainWindow, settings.Value.FinishWindow);
        if (streams + registry.Asked > 0)
        {
            LogDraining(logger, streams, window.TotalSeconds, finish.TotalSeconds);
        }

        // Whoever presses Ctrl+C again, with a stream still open, does not want to wait.
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var again = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            hurry.Cancel();
        });
        await new Drain(registry, time).RunAsync(window, finish, hurry.Token);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 120, Level = LogLevel.Information,
        Message = "Draining {Streams} streams over {Seconds} s; what cannot be asked for again may take {FinishSeconds} s")]
    private static partial void LogDraining(ILogger logger, int streams, double seconds, double finishSeconds);
}
