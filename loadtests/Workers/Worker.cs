using LoadTests.Running;
using LoadTests.Running.Crowds;

namespace LoadTests.Workers;

/// <summary>A share of a scenario's clients in a process of its own: takes orders from standard input, and reports on standard output.</summary>
internal sealed class Worker(LoadScenario scenario, int share, int of)
{
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromMilliseconds(250);

    private readonly Lock _writing = new();

    /// <summary>Runs until it was told to finish, or its input ends.</summary>
    public async Task RunAsync(TextReader orders, TextWriter reports)
    {
        if (await orders.ReadLineAsync() is not { } first || WorkerJson.Read<WorkerOrder>(first).Start is not { } place)
        {
            return;
        }

        await using var clients = new Population(scenario.Crowd, place, share, of);
        using var stop = new CancellationTokenSource();
        await clients.StartAsync(stop.Token);
        var reporting = ReportAsync(clients, reports, stop.Token);
        while (await orders.ReadLineAsync() is { } line)
        {
            var order = WorkerJson.Read<WorkerOrder>(line);
            if (order.Signal is { } word)
            {
                await clients.SignalAsync(word);
            }

            if (order.Finish is { } finish)
            {
                var (counts, timings) = await clients.FinishAsync(finish.Newest, TimeSpan.FromSeconds(finish.PatienceSeconds));
                await stop.CancelAsync();
                await reporting;
                Write(reports, new WorkerReport(counts, timings.ToDictionary(timing => timing.Name, timing => timing.Buckets())));
                return;
            }
        }

        await stop.CancelAsync();
        await reporting;
    }

    private async Task ReportAsync(Population clients, TextWriter reports, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Write(reports, new WorkerReport(clients.Counts));
            await Task.Delay(ReportPeriod, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Write(TextWriter reports, WorkerReport report)
    {
        lock (_writing)
        {
            reports.WriteLine(WorkerJson.Write(report));
            reports.Flush();
        }
    }
}
