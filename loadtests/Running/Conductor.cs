using LoadTests.Measures;
using LoadTests.Running.Crowds;
using LoadTests.Running.Samples;

namespace LoadTests.Running;

/// <summary>What a scenario has in its hands while its clients are there.</summary>
internal sealed class Conductor(LoadScenario scenario, TestBed bed, ILoadClients clients, Timeline timeline)
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    public TestBed Bed => bed;

    public ILoadClients Clients => clients;

    public Counts Counts => clients.Counts;

    /// <summary>Marks what follows in the report's pictures.</summary>
    public void Mark(string what) => timeline.Mark(what);

    /// <summary>Lets the origin produce; a target of somebody else's does so by itself.</summary>
    public Task ProduceAsync(double perSecond, CancellationToken cancellation) => bed.Origin?.ProduceAsync(perSecond, cancellation) ?? Task.CompletedTask;

    /// <summary>Waits until there were as many streams as clients.</summary>
    /// <exception cref="TimeoutException">There are not.</exception>
    public async Task AllOpenAsync(CancellationToken cancellation)
    {
        var limit = scenario.Options.Ramp + scenario.Options.Patience;
        if (!await UntilAsync(counts => counts.Opened >= scenario.Options.Clients, limit, cancellation))
        {
            var counts = clients.Counts;
            throw new TimeoutException(
                $"{counts.Opened} of {scenario.Options.Clients} streams were opened in {limit.TotalSeconds:0} s, {counts.Failed} attempts failed, "
                    + $"{counts.Refused} were refused");
        }
    }

    /// <summary>Waits until something holds.</summary>
    /// <returns>False when it does not in time.</returns>
    public async Task<bool> UntilAsync(Predicate<Counts> holds, TimeSpan patience, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!holds(clients.Counts))
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await Task.Delay(PollPeriod, cancellation);
        }

        return true;
    }
}
