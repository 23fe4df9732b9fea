using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Budgets.Memory;

namespace SseGateway.Streams.Budgets;

/// <summary>Says at the start what there is to share out.</summary>
internal sealed partial class BudgetReport(FileBudget files, MemoryBudget memory, BudgetMetrics metrics, ILogger<BudgetReport> logger) : IHostedLifecycleService
{
    // Nobody else needs it, and somebody has to make it.
    private readonly BudgetMetrics _metrics = metrics;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (files.Limit is { } limit)
        {
            var streams = files.RoomForStreams;
            var (capacity, relayed) = (files.Capacity, streams / 2);
            LogFiles(logger, limit, capacity, relayed, streams);
            if (limit < FileBudget.Needed)
            {
                LogTooFew(logger, limit, FileBudget.Needed);
            }
        }

        var (buffers, available) = (Megabytes(memory.Limit), Megabytes(MemoryBudget.Available));
        LogMemory(logger, buffers, available);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static long Megabytes(long bytes) => bytes >> 20;

    [LoggerMessage(EventId = 171, Level = LogLevel.Information,
        Message = "Open files: {Limit}, {Capacity} of them for connections: room for {Relayed} relayed streams, two files each, or {Shared} shared ones")]
    private static partial void LogFiles(ILogger logger, int limit, int capacity, int relayed, int shared);

    [LoggerMessage(EventId = 174, Level = LogLevel.Warning,
        Message = "Open files: {Limit} are too few, the program itself needs {Needed} (ulimit -n; systemd: LimitNOFILE). It may answer nobody")]
    private static partial void LogTooFew(ILogger logger, int limit, int needed);

    [LoggerMessage(EventId = 172, Level = LogLevel.Information,
        Message = "Memory: {Limit} MB of {Available} MB for what waits for clients and what shared streams retain")]
    private static partial void LogMemory(ILogger logger, long limit, long available);
}
