using System.Collections.Concurrent;

namespace SseGateway.Tls;

/// <summary>
/// Looks at the certificates' files once a second. Kestrel's own watching closes the endpoint when one has changed, for seconds and with every stream on it.
/// </summary>
/// <remarks>The files are a few kilobytes; why no watcher by inotify, says <see cref="Reload.ReloadWatch"/>.</remarks>
internal sealed partial class CertificateWatch(TimeProvider time, ILogger<CertificateWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<CertificateFiles, LiveCertificate> _certificates = [];

    /// <summary>The certificate of these files, watched from now on.</summary>
    /// <exception cref="IOException">A file is not there, or cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It is no certificate, or the key is another one's.</exception>
    public LiveCertificate Of(CertificateFiles files) => _certificates.GetOrAdd(files, static files => new LiveCertificate(files));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);

        // As in StreamSweep: the timer's end, since a cancelled wait would be reported as a failure.
        using var stop = stoppingToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            foreach (var certificate in _certificates.Values)
            {
                Look(certificate);
            }
        }
    }

    private void Look(LiveCertificate certificate)
    {
        var (renewed, error) = certificate.Look();
        if (renewed)
        {
            LogRenewed(logger, certificate.Files.Path, certificate.NotAfter);
        }
        else if (error is not null)
        {
            LogFailed(logger, certificate.Files.Path, error);
        }
    }

    [LoggerMessage(
        EventId = 190, Level = LogLevel.Information, Message = "The certificate of {Path} was renewed; new connections get it. It ends at {NotAfter:u}")]
    private static partial void LogRenewed(ILogger logger, string path, DateTime notAfter);

    [LoggerMessage(EventId = 191, Level = LogLevel.Warning,
        Message = "The certificate of {Path} has changed and cannot be taken, the one before stays and this is tried again: {Error}")]
    private static partial void LogFailed(ILogger logger, string path, string error);
}
