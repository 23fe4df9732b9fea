using LoadTests.Measures;
using LoadTests.Processes;

namespace LoadTests.Workers;

/// <summary>A worker as its scenario sees it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly TaskCompletionSource<WorkerReport> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WorkerReport _newest = new(new Counts());

    /// <param name="commandLine">The scenario's own.</param>
    /// <param name="share">Which share of the clients.</param>
    /// <param name="of">Of how many.</param>
    public WorkerProcess(IReadOnlyList<string> commandLine, int share, int of) => _process = ChildProcess.StartBuilt(
        "LoadTests.dll", [.. commandLine, "--worker", $"{share}/{of}"], Take, line => Console.Error.WriteLine($"worker {share}: {line}"));

    public Counts Counts => _newest.Counts;

    public async Task TellAsync(WorkerOrder order)
    {
        await _process.Input.WriteLineAsync(WorkerJson.Write(order));
        await _process.Input.FlushAsync();
    }

    /// <summary>The report with what it has timed.</summary>
    /// <exception cref="IOException">It has ended without.</exception>
    public async Task<WorkerReport> LastAsync()
    {
        if (await Task.WhenAny(_last.Task, _process.WaitForExitAsync(CancellationToken.None)) != _last.Task)
        {
            // Its last line may still be on its way.
            await Task.WhenAny(_last.Task, Task.Delay(TimeSpan.FromSeconds(5)));
        }

        return _last.Task.IsCompleted ? await _last.Task : throw new IOException("a process of clients has ended without a result");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void Take(string line)
    {
        var report = WorkerJson.Read<WorkerReport>(line);
        _newest = report;
        if (report.Timings is not null)
        {
            _last.TrySetResult(report);
        }
    }
}
