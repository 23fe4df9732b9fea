using LoadTests.Measures;
using LoadTests.Processes;
using LoadTests.Running.Crowds;

namespace LoadTests.Running.Samples;

/// <summary>Looks at clients and gateway once a second.</summary>
internal sealed class Timeline(TestBed bed, ILoadClients clients, Action<Sample> told)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly List<Sample> _samples = [];
    private readonly List<Mark> _marks = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlyList<Mark> Marks => _marks;

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    public void Mark(string what) => _marks.Add(new Mark(Elapsed.TotalSeconds, what));

    /// <summary>Samples until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Period);
        using var stop = cancellation.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        var (counts, usage, at) = (new Counts(), bed.Gateway?.Usage(), Elapsed);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var (nextCounts, nextUsage, next) = (clients.Counts, bed.Gateway?.Usage(), Elapsed);

            // On a machine that is too busy two ticks come together: what is counted between them says nothing of a second.
            if (next - at < Period / 2)
            {
                continue;
            }

            _samples.Add(Between(counts, nextCounts, usage, nextUsage, at, next));
            told(_samples[^1]);
            (counts, usage, at) = (nextCounts, nextUsage, next);
        }
    }

    private static Sample Between(Counts before, Counts now, ProcessUsage? used, ProcessUsage? uses, TimeSpan at, TimeSpan next)
    {
        var perSecond = 1 / Math.Max(0.001, (next - at).TotalSeconds);
        return new Sample(
            Math.Round(next.TotalSeconds, 2),
            now.Open,
            (long)Math.Round((now.Opened - before.Opened) * perSecond),
            (long)Math.Round((now.Events - before.Events) * perSecond),
            (long)Math.Round((now.Reconnects - before.Reconnects) * perSecond),
            (long)Math.Round((now.Refused - before.Refused) * perSecond),

            // A process that has just been started has used less than the one before it.
            uses is { } u && used is { } b ? Math.Round(Math.Max(0, u.PercentOfCore(b, next - at)), 1) : null,
            uses is { } m ? Math.Round(m.Megabytes, 1) : null,
            uses?.Handles);
    }
}
