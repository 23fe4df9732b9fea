namespace SseGateway.Streams;

/// <summary>One timer for the deadlines of all streams, instead of one for each (DESIGN section 7).</summary>
internal sealed class StreamSweep(StreamRegistry registry, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            registry.Sweep(time.GetElapsedTime(started));
        }
    }
}
