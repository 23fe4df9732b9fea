namespace SseGateway.Streams.Deadlines;

/// <summary>One timer for the deadlines of all streams, instead of one for each.</summary>
internal sealed partial class StreamSweep(IEnumerable<ISwept> swept, TimeProvider time, ILogger<StreamSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);

        // Ended by the timer's end and not by the token: a cancelled wait would be reported as a failure of this service when an
        // application disposes its host without stopping it.
        using var stop = stoppingToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            foreach (var one in swept)
            {
                Sweep(one);
            }
        }
    }

    private void Sweep(ISwept one)
    {
        try
        {
            one.Sweep();
        }
        catch (Exception fault)
        {
            // A fault in one sweep must not end all deadlines of a process that is meant to run for weeks.
            LogFault(logger, fault);
        }
    }

    [LoggerMessage(EventId = 121, Level = LogLevel.Error, Message = "A sweep of the streams failed")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
