namespace SseGateway.Streams;

/// <summary>One timer for the deadlines of all streams, instead of one for each (DESIGN section 7).</summary>
internal sealed class StreamSweep(StreamRegistry registry, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Period, time);

        // Ended by the timer's end and not by the token: a cancelled wait would be reported as a failure of this service when an
        // application disposes its host without stopping it.
        using var stop = stoppingToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            registry.Sweep(time.GetElapsedTime(started));
        }
    }
}
