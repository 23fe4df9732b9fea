using LoadTests.Measures;
using LoadTests.Running.Crowds;

namespace LoadTests.Workers;

/// <summary>A scenario's clients, spread over processes: one may have no more files than the system lets it, and one core for its garbage.</summary>
internal sealed class WorkerProcesses(Place place, IReadOnlyList<string> commandLine, int count) : ILoadClients
{
    private readonly WorkerProcess[] _workers = [.. Enumerable.Range(0, count).Select(share => new WorkerProcess(commandLine, share, count))];

    public Counts Counts => _workers.Aggregate(new Counts(), (sum, worker) => sum + worker.Counts);

    public Task StartAsync(CancellationToken cancellation) => TellAsync(new WorkerOrder { Start = place });

    public Task SignalAsync(string word) => TellAsync(new WorkerOrder { Signal = word });

    public async Task<(Counts Counts, IReadOnlyList<Timing> Timings)> FinishAsync(long? newest, TimeSpan patience)
    {
        await TellAsync(new WorkerOrder { Finish = new FinishOrder(newest, patience.TotalSeconds) });
        var reports = await Task.WhenAll(_workers.Select(worker => worker.LastAsync()));
        var timings = new Measured().Timings;
        foreach (var timing in timings)
        {
            foreach (var report in reports)
            {
                timing.Add(report.Timings![timing.Name]);
            }
        }

        return (reports.Aggregate(new Counts(), (sum, report) => sum + report.Counts), timings);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    private Task TellAsync(WorkerOrder order) => Task.WhenAll(_workers.Select(worker => worker.TellAsync(order)));
}
