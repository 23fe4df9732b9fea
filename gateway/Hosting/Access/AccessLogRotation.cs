using System.Runtime.InteropServices;

namespace SseGateway.Hosting.Access;

/// <summary>
/// Opens the file of the access log at the start, not when settings are only judged; and with SIGUSR1 again, as nginx does: whoever rotates it moves it
/// away first.
/// </summary>
/// <param name="log">Whose file it is.</param>
/// <param name="standalone">False in an application, which may have other uses for signals.</param>
internal sealed class AccessLogRotation(AccessLines log, bool standalone) : IHostedService, IDisposable
{
    // The runtime has no name for it, and takes the system's number.
    private static readonly PosixSignal UserSignal = (PosixSignal)(OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 30 : 10);

    private PosixSignalRegistration? _registration;

    /// <summary>Keeps the signal from ending the program, which it does by itself where nobody waits for it; null on Windows, which has none.</summary>
    public static PosixSignalRegistration? Ignore() => Register(() => { });

    public Task StartAsync(CancellationToken cancellationToken)
    {
        log.Open();
        _registration = standalone ? Register(log.Reopen) : null;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();

    private static PosixSignalRegistration? Register(Action action) => OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(UserSignal, signal =>
    {
        signal.Cancel = true;
        action();
    });
}
