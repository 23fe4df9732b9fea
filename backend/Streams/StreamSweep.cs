using ChatBackend.Rooms;

namespace ChatBackend.Streams;

/// <summary>The one timer of all streams.</summary>
internal sealed partial class StreamSweep(RoomDirectory rooms, TimeProvider time, ILogger<StreamSweep> logger) : IHostedService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private ITimer? _timer;
    private int _sweeping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static self => ((StreamSweep)self!).Sweep(), this, Interval, Interval);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
    }

    private void Sweep()
    {
        // A sweep that takes longer than the interval is not overtaken by the next.
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;
        try
        {
            rooms.Sweep();
        }
        catch (Exception e)
        {
            // Thrown on a timer's thread it would end the process.
            LogSweepFailed(logger, e);
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }
}
