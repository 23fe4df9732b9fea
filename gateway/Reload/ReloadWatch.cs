using System.Runtime.InteropServices;
using System.Threading.Channels;
using SseGateway.Configuration.Settings;

namespace SseGateway.Reload;

/// <summary>
/// Reloads on SIGHUP, and when a file that settings come from has changed: configuration files, key files, key sets.
/// </summary>
/// <remarks>
/// Files are looked at every second. A watcher by inotify misses what Kubernetes does to a mounted configuration (it swaps a link to the
/// folder), and there are few of them for each user.
/// </remarks>
internal sealed class ReloadWatch(SettingsReload reload, ReloadSource source, CurrentSettings current, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hangup = !source.Standalone || OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, Signal);
        using var timer = new PeriodicTimer(Period, time);

        // As in StreamSweep: the timer's end, since a cancelled wait would be reported as a failure.
        using var stop = stoppingToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        var applied = source.AtStart;
        var seen = applied;
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var stamps = source.Stamps(current.Value);

            // A file that is still being written is waited for.
            var changed = !stamps.SetEquals(applied) && stamps.SetEquals(seen);
            seen = stamps;
            if (_signals.Reader.TryRead(out _) || changed)
            {
                applied = stamps;
                await reload.RunAsync();
            }
        }
    }

    private void Signal(PosixSignalContext signal)
    {
        // Without this the process would end.
        signal.Cancel = true;
        _signals.Writer.TryWrite(true);
    }
}
